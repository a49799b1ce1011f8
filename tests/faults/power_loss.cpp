#include "power_loss.h"

#include <algorithm>
#include <array>

namespace pharmacy::test {
namespace {

constexpr std::size_t sector = 512;

// How likely what is not synced is on the disk, in percent.
std::uint32_t some_share(Random& random) {
  constexpr std::array<std::uint32_t, 5> shares{0, 20, 50, 80, 100};
  return shares[random.below(shares.size())];
}

class PowerLoss {
 public:
  PowerLoss(const DiskHistory& history, std::size_t step, HeededSyncs heeded)
      : history_{history}, cut_{step}, is_there_(step) {
    find_synced(heeded);
  }

  [[nodiscard]] DiskNames names(Random& random) const;
  [[nodiscard]] std::vector<std::string> contents(Random& random) const;

 private:
  void find_synced(HeededSyncs heeded);

  const DiskHistory& history_;
  std::size_t cut_;
  std::vector<bool> is_there_;  // of the steps, whatever the disk does
};

std::vector<DiskName> names_needed_by(const HistoryStep& step) {
  std::vector<DiskName> names;
  for (const auto& [name, node] : step.names) names.push_back(name);
  if (step.needed) names.push_back(*step.needed);
  return names;
}

void PowerLoss::find_synced(HeededSyncs heeded) {
  std::set<DiskNode> synced;
  std::set<DiskName> needed;
  for (std::size_t i = cut_; i-- > 0;) {
    const HistoryStep& step = history_.steps[i];
    const bool is_directory = history_.directories.contains(step.node);
    if (step.what == HistoryStep::What::sync &&
        (is_directory ? heeded.of_directories : heeded.of_files))
      synced.insert(step.node);
    is_there_[i] = step.node != 0 && synced.contains(step.node);
    for (const auto& [name, node] : step.names)
      if (synced.contains(name.first) || needed.contains(name)) is_there_[i] = true;
    if (step.what != HistoryStep::What::names || !is_there_[i]) continue;
    for (const auto& name : names_needed_by(step)) needed.insert(name);
  }
}

DiskNames PowerLoss::names(Random& random) const {
  DiskNames names = history_.names;
  const bool in_order = random.one_in(2);
  const std::size_t first = random.below(static_cast<std::uint32_t>(cut_) + 1);
  const std::uint32_t share = some_share(random);
  std::set<DiskName> lost;
  for (std::size_t i = 0; i < cut_; ++i) {
    const HistoryStep& step = history_.steps[i];
    if (step.what != HistoryStep::What::names) continue;
    const auto needed = names_needed_by(step);
    const bool is_possible =
        std::ranges::none_of(needed, [&](const DiskName& name) { return lost.contains(name); });
    const bool is_kept = in_order ? i < first : random.below(100) < share;
    if (is_there_[i] || (is_possible && is_kept)) {
      apply_names(step, names);
    } else {
      for (const auto& [name, node] : step.names) lost.insert(name);
    }
  }
  return names;
}

std::vector<std::string> PowerLoss::contents(Random& random) const {
  auto contents = history_.contents;
  const std::uint32_t share = some_share(random);
  for (std::size_t i = 0; i < cut_; ++i) {
    const HistoryStep& step = history_.steps[i];
    const auto reaches_disk = [&] { return is_there_[i] || random.below(100) < share; };
    if (step.what == HistoryStep::What::truncate && reaches_disk())
      apply_write(step, 0, 0, contents[step.node]);
    for (std::size_t from = 0; step.what == HistoryStep::What::write && from < step.bytes.size();) {
      const std::size_t to =
          std::min(((step.at + from) / sector + 1) * sector - step.at, step.bytes.size());
      if (reaches_disk()) apply_write(step, from, to, contents[step.node]);
      from = to;
    }
  }
  return contents;
}

}  // namespace

DiskFiles left_by_power_loss(const DiskHistory& history, std::size_t step, HeededSyncs heeded,
                             Random& random) {
  const PowerLoss loss{history, step, heeded};
  const auto names = loss.names(random);
  return files_of(history, loss.contents(random), names);
}

}  // namespace pharmacy::test
