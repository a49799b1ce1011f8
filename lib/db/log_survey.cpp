#include "db/log_survey.h"

#include "db/seal_format.h"

namespace pharmacy::db {

void LogSurvey::add(std::uint32_t frame, const unsigned char* header,
                    const unsigned char* page) noexcept {
  const std::uint32_t page_number = get_u32(header);
  const bool is_commit = get_u32(header + 4) != 0;
  if (page_number == 1) {
    open_.has_number = true;
    open_.number = get_u32(page + commit_number_offset);
  }
  if (!is_commit) return;
  open_.frame = frame;
  if (first_.frame == 0) first_ = open_;
  latest_[0] = latest_[1];
  latest_[1] = open_;
  open_ = Commit();
}

LogSpan LogSurvey::span(std::uint32_t last_frame) const noexcept {
  if (last_frame == 0 || first_.frame == 0 || first_.frame > last_frame) return {};
  const Commit& last = latest_[1].frame <= last_frame ? latest_[1] : latest_[0];
  return {.any = true,
          .has_numbers = first_.has_number && last.has_number,
          .first = first_.number,
          .last = last.number};
}

}  // namespace pharmacy::db
