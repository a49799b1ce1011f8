-- Who opened a file, and who wrote into one, in a period.
CREATE INDEX member_recorded ON member (recorded_at);
CREATE INDEX member_change_entered ON member_change (field, at);
