package api

import (
	"errors"
	"strings"
	"testing"

	"microcourt/store/court"
)

func TestUploadMetadataIsReadStrictly(t *testing.T) {
	m, err := parseUploadMetadata("filename 5ZCI5ZCMLnBkZg==,filetype aW1hZ2UvanBlZw==,kind ZmlsZQ==")
	if err != nil || m.filename != "合同.pdf" || m.kind != court.KindFile {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := parseUploadMetadata("kind aW1hZ2U=,filename"); err != nil || m.filename != "" {
		t.Errorf("an empty value: %+v, %v", m, err)
	}
	for _, header := range []string{
		"", "kind", "kind dGV4dA==", "kind aW1hZ2U", "kind aW1hZ2U=,", "kind aW1hZ2U=,kind aW1hZ2U=", "kind  aW1hZ2U=",
		"kind aW1hZ2U=, filename YQ==", "kind aW1hZ2U=,owner YQ==", "kind aW1hZ2U=,filename /w==", "kind aW1h\nZ2U=",
		"kind aW1hZ2U=,filename " + strings.Repeat("QUFB", 3000),
	} {
		var refused *court.Error
		if _, err := parseUploadMetadata(header); !errors.As(err, &refused) {
			t.Errorf("%.60q is accepted", header)
		}
	}
}

func FuzzUploadMetadata(f *testing.F) {
	f.Add("filename 5ZCI5ZCMLnBkZg==,filetype aW1hZ2UvanBlZw==,kind ZmlsZQ==")
	f.Add("kind aW1hZ2U=,filename")
	f.Add(",, ,=")
	f.Fuzz(func(t *testing.T, header string) {
		m, err := parseUploadMetadata(header)
		if err != nil {
			var refused *court.Error
			if !errors.As(err, &refused) {
				t.Fatalf("%q: %v", header, err)
			}
			return
		}
		again, err := parseUploadMetadata(formatUploadMetadata(m.filename, m.kind))
		if err != nil && len(m.filename) < 4000 || err == nil && again != m {
			t.Fatalf("%q: %+v became %+v, %v", header, m, again, err)
		}
	})
}
