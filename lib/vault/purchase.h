// Which receipts count as purchases, wherever they are counted.
#pragma once

// What a sale must be to count: something was sold, even for nothing. An index has the amount,
// so that the lines are asked only where it is 0. For a receipt named r.
#define PHARMACY_IS_PURCHASE \
  "(r.amount > 0 OR EXISTS (SELECT 1 FROM line WHERE receipt = r.id AND quantity > 0))"
