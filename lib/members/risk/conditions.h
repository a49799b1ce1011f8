// Conditions of a risk as a column.
#pragma once

// Of `member_risk r`: words of RiskCondition with commas between them.
#define PHARMACY_RISK_CONDITIONS                          \
  " rtrim(iif(r.cash_only, 'cash_only,', '')"             \
  "  || iif(r.manager_sign_off, 'manager_sign_off,', '')" \
  "  || iif(r.no_special_drugs, 'no_special_drugs,', ''), ',')"
