-- Which calibration a gallery's threshold comes from; NULL, as the threshold, while the model's own is in force.
ALTER TABLE galleries ADD COLUMN threshold_fmr REAL;
ALTER TABLE galleries ADD COLUMN threshold_trials INTEGER;
ALTER TABLE galleries ADD COLUMN threshold_job BLOB CHECK (length(threshold_job) = 16);
ALTER TABLE galleries ADD COLUMN threshold_set_at INTEGER;
