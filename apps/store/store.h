// store: makes, describes and checks the sealed store.
#pragma once

namespace pharmacy::cli {

class Frame;
void define_store(Frame& frame);

// Its verbs that have a file of their own.
void define_init(Frame& frame);
void define_staff(Frame& frame);
void define_keys(Frame& frame);
void define_audit(Frame& frame);
void define_approvals(Frame& frame);
void define_backup(Frame& frame);
void define_sessions(Frame& frame);
void define_transfer(Frame& frame);
void define_policy(Frame& frame);
void define_calendar(Frame& frame);
void define_retention(Frame& frame);
void define_doctor(Frame& frame);
void define_train(Frame& frame);

}  // namespace pharmacy::cli
