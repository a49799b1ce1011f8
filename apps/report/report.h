// report: figures over everything in the store.
#pragma once

namespace pharmacy::cli {

class Frame;
void report(Frame& frame);
void define_complaint(Frame& frame);  // within it, as those below
void define_improve(Frame& frame);
void define_credit(Frame& frame);
void define_quality(Frame& frame);
void define_recall(Frame& frame);
void define_region(Frame& frame);
void define_special(Frame& frame);

}  // namespace pharmacy::cli
