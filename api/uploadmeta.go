package api

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"microcourt/store/court"
)

// maxUploadMetadata bounds the Upload-Metadata header.
const maxUploadMetadata = 8 << 10

// uploadMetadata is what a client says of its upload. The file's type is not in it: what a client says of that never
// counts.
type uploadMetadata struct {
	filename string
	kind     court.Kind
}

// parseUploadMetadata reads tus's Upload-Metadata header: `key base64,key base64`. Keys are filename, kind and
// filetype, each at most once; kind has to be there.
func parseUploadMetadata(header string) (uploadMetadata, error) {
	wrong := court.ErrInvalid.In("Upload-Metadata")
	var m uploadMetadata
	if len(header) > maxUploadMetadata {
		return m, court.ErrTooLarge.In("Upload-Metadata")
	}
	seen := map[string]bool{}
	for _, pair := range strings.Split(header, ",") {
		key, encoded, _ := strings.Cut(pair, " ")
		raw, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil || strings.ContainsAny(encoded, "\r\n") || !utf8.Valid(raw) || seen[key] {
			return m, wrong
		}
		seen[key] = true
		switch key {
		case "filename":
			m.filename = string(raw)
		case "kind":
			m.kind = court.Kind(raw)
		case "filetype":
		default:
			return m, wrong
		}
	}
	if court.DefaultUploadLimits.Of(m.kind) == 0 {
		return m, court.ErrInvalid.In("kind")
	}
	return m, nil
}

// formatUploadMetadata is the header's value for an upload that is there.
func formatUploadMetadata(filename string, kind court.Kind) string {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return "filename " + encode(filename) + ",kind " + encode(string(kind))
}
