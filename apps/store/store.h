// store: makes, describes and checks the sealed store.
#pragma once

namespace pharmacy::cli {

class Frame;
void define_store(Frame& frame);

}  // namespace pharmacy::cli
