# Writes OUTPUT, a C++ file whose function NAME gives the text of INPUT, declared in HEADER.
# Called as: cmake -DINPUT=FILE -DNAMESPACE=NS -DNAME=FUNCTION -DHEADER=FILE
#            -DOUTPUT=FILE -P EmbedText.cmake
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace ${NAMESPACE} {

std::string_view ${NAME}() { return R\"text(${text})text\"; }

}  // namespace ${NAMESPACE}
")
