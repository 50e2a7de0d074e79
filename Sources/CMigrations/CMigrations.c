#include "CMigrations.h"

// The SQL travels inside the executable, so that one file runs from anywhere. A test holds this list to the
// folder. `#embed` is C23; clang takes it in every mode and warns that it does.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char galleries[] = {
#embed "../../migrations/0001_galleries.sql"
};
static const unsigned char jobs_and_quarantine[] = {
#embed "../../migrations/0002_jobs_and_quarantine.sql"
};
static const unsigned char write_probe[] = {
#embed "../../migrations/0003_write_probe.sql"
};
static const unsigned char crop_geometry[] = {
#embed "../../migrations/0004_crop_geometry.sql"
};
static const unsigned char summaries_and_deletions[] = {
#embed "../../migrations/0005_summaries_and_deletions.sql"
};
static const unsigned char calibration[] = {
#embed "../../migrations/0006_calibration.sql"
};
static const unsigned char gallery_of_jobs[] = {
#embed "../../migrations/0007_gallery_of_jobs.sql"
};
static const unsigned char inversions[] = {
#embed "../../migrations/0008_inversions.sql"
};
static const unsigned char keys[] = {
#embed "../../migrations/0009_keys.sql"
};
static const unsigned char quarantine_in_order[] = {
#embed "../../migrations/0010_quarantine_in_order.sql"
};
static const unsigned char names_since[] = {
#embed "../../migrations/0011_names_since.sql"
};

static const struct embedded_migration migrations[] = {
    {"0001_galleries", galleries, sizeof galleries},
    {"0002_jobs_and_quarantine", jobs_and_quarantine, sizeof jobs_and_quarantine},
    {"0003_write_probe", write_probe, sizeof write_probe},
    {"0004_crop_geometry", crop_geometry, sizeof crop_geometry},
    {"0005_summaries_and_deletions", summaries_and_deletions, sizeof summaries_and_deletions},
    {"0006_calibration", calibration, sizeof calibration},
    {"0007_gallery_of_jobs", gallery_of_jobs, sizeof gallery_of_jobs},
    {"0008_inversions", inversions, sizeof inversions},
    {"0009_keys", keys, sizeof keys},
    {"0010_quarantine_in_order", quarantine_in_order, sizeof quarantine_in_order},
    {"0011_names_since", names_since, sizeof names_since},
};

size_t embedded_migration_count(void) { return sizeof migrations / sizeof migrations[0]; }

const struct embedded_migration *embedded_migration_at(size_t index) {
    return index < embedded_migration_count() ? &migrations[index] : NULL;
}
