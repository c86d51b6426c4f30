package folder

import (
	"regexp"
	"strings"
)

// mask returns the text of a file as messages may show it: with secrets overwritten, and
// of the same length, so that places stay what they are.
func mask(name, content string) string {
	switch name = strings.ToLower(name); {
	case isKeyMaterial(name):
		return ""
	case isSecrets(name):
		return maskYAML(content)
	case name == "subscriptioninformation.json", name == "namedvalueinformation.json", name == "backendinformation.json",
		name == strings.ToLower(certificateInformation):
		return secretMember.ReplaceAllStringFunc(content, maskMember)
	}
	return content
}

// secretMember is a member of a JSON file that may be a secret, up to the end of its
// value. Credentials of a backend are whole objects, which end where the line does.
var secretMember = regexp.MustCompile(`(?i)"(?:primaryKey|secondaryKey|value|parameter|password|data)"\s*:\s*"(?:[^"\\\n]|\\.)*|"(?:header|query)"\s*:\s*\{[^}]*`)

func maskMember(member string) string {
	i := strings.IndexByte(member, ':') + 1
	return member[:i] + stars(member[i:], ` "'{}[],:`)
}

// settingName is the start of a YAML line that names a setting; blockScalar is what comes
// after it when the lines below are its text.
var (
	settingName = regexp.MustCompile(`^\s*["']?[\w. -]+["']?:(?:\s|$)`)
	blockScalar = regexp.MustCompile(`^\s*[|>]`)
)

// maskYAML overwrites all but the names of settings and comments.
func maskYAML(content string) string {
	lines := strings.SplitAfter(content, "\n")
	block := -1 // how far the setting is indented whose text the lines are; -1: none
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if strings.TrimSpace(line) != "" && indent <= block {
			block = -1
		}
		n := 0
		if block < 0 {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			n = len(settingName.FindString(line))
		}
		if n > 0 && blockScalar.MatchString(line[n:]) {
			block = indent
		}
		lines[i] = line[:n] + stars(line[n:], ` "'{}[],`)
	}
	return strings.Join(lines, "")
}

// stars overwrites all bytes but white space and some others.
func stars(s, but string) string {
	out := []byte(s)
	for i, c := range out {
		if !strings.ContainsRune(but+"\t\r\n", rune(c)) || c >= 0x80 {
			out[i] = '*'
		}
	}
	return string(out)
}
