// store: makes, describes and checks the sealed store.
#pragma once

namespace pharmacy::cli {

class Frame;
void define_store(Frame& frame);

// One of its verbs.
void define_init(Frame& frame);

}  // namespace pharmacy::cli
