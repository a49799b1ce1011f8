// report: figures over everything in the store.
#pragma once

namespace pharmacy::cli {

class Frame;
void report(Frame& frame);

}  // namespace pharmacy::cli
