package folder

import "strings"

// sections are the folders of the root that are read, without blanks, hyphens and case:
// APIOps writes "named values", other tools "namedValues" or "named-values".
var sections = []string{
	"apis", "backends", "certificates", "gateways", "groups", "namedvalues", "policyfragments", "products",
	"subscriptions", "users", "versionsets",
}

// otherSections are folders that API Management has and the gateway does not read.
var otherSections = []string{
	"caches", "diagnostics", "loggers", "schemas", "tags", "workspaces",
	"authorizationservers", "openidconnectproviders",
}

// sectionName is a folder's name as sections has it.
func sectionName(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(name))
}

// linkFolders are the folders below an entity that are read.
var linkFolders = map[string][]string{
	"apis":     {"operations", "resolvers"},
	"products": {"apis", "groups"},
	"gateways": {"apis", "hostnameconfigurations"},
	"groups":   {"users"},
}

// readsFolder reports whether a folder is part of the layout. Nothing else is read or
// watched, so the root may hold what it likes beside it.
func readsFolder(parent []string, name string) bool {
	if hidden(name) {
		return false
	}
	switch len(parent) {
	case 0:
		return has(sections, sectionName(name))
	case 1, 3:
		return true
	case 2:
		return has(linkFolders[sectionName(parent[0])], strings.ToLower(name))
	}
	return false
}

// readsFile reports whether a file is part of the layout. The temporary files of editors
// are not.
func readsFile(parent []string, name string) bool {
	if hidden(name) {
		return false
	}
	name = strings.ToLower(name)
	if len(parent) == 0 {
		return name == "policy.xml" || isSecrets(name) || isOverrides(name)
	}
	if len(parent) == 1 {
		return false
	}
	if sectionName(parent[0]) == "certificates" {
		return len(parent) == 2 && isCertificateFile(name)
	}
	switch {
	case name == "policy.xml", strings.HasSuffix(name, "information.json"), strings.HasPrefix(name, "specification."):
		return !strings.HasSuffix(name, "~")
	case name == "apis.json", name == "groups.json":
		return len(parent) == 2
	}
	return false
}

func isSecrets(name string) bool {
	return strings.EqualFold(name, "secrets.yaml") || strings.EqualFold(name, "secrets.yml")
}

func isOverrides(name string) bool {
	return strings.HasPrefix(name, "configuration.") && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
}

// hidden: dot files, and the "..data" of a mounted ConfigMap.
func hidden(name string) bool { return strings.HasPrefix(name, ".") }

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
