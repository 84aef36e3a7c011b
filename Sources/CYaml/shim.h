// Debian's libyaml (package libyaml-dev): YAML, event by event.
#include <yaml.h>
