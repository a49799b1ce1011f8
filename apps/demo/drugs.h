// What the made-up drugstore sells: real generic names and strengths, invented makers, prices and
// codes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace demo {

// What a drug is for: it decides in which months it sells, and with what.
enum class Group : std::uint8_t {
  pressure,
  sugar,
  lipid,
  heart,
  gout,
  bone,  // taken every day, bought again when used up
  cold,
  cough,
  fever,
  allergy,
  stomach,
  bowel,
  pain,
  skin,
  eye,
  mouth,
  vitamin,
  child,
  women,
  sleep,
  device,
  herb,
};
constexpr std::size_t group_count = 22;
constexpr bool is_chronic(Group group) { return group <= Group::bone; }

struct Drug {
  Group group;
  const char* name;
  const char* form;
  const char* strength;
  const char* unit;
  std::uint32_t price_fen;    // for one unit
  std::uint32_t popularity;   // among its group
  std::uint16_t days_supply;  // that one unit lasts; 0 where it is taken as needed
};

std::span<const Drug> drugs();
// A number of the range that GS1 leaves to shops (2 …), so that it is nobody's bar code.
std::string drug_code(std::size_t drug);
const char* drug_maker(std::size_t drug);
// How much of a group is sold in a month of the year (1-12), 100 in an average one.
std::uint32_t season(Group group, unsigned month);

}  // namespace demo
