package court

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFileNamesAreCleaned(t *testing.T) {
	for given, want := range map[string]string{
		"合同.pdf":                           "合同.pdf",
		"C:\\Users\\a\\照片 1.jpg":           "照片 1.jpg",
		"../../etc/passwd":                 "passwd",
		"a\u202egpj.exe":                   "agpj.exe",
		"a\x00b\nc\u2028.txt":              "ab c .txt",
		"..":                               "file",
		"":                                 "file",
		"\xff\xfe.png":                     "png",
		"👩\u200d⚖️.png":                    "👩\u200d⚖️.png",
		strings.Repeat("长", 300) + ".jpeg": strings.Repeat("长", 195) + ".jpeg",
	} {
		if got := CleanFileName(given); got != want {
			t.Errorf("CleanFileName(%q) = %q, want %q", given, got, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	f.Add("照片.jpg")
	f.Add("../\u202e\x00.exe")
	f.Add(strings.Repeat("x", 300) + "." + strings.Repeat("y", 30))
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanFileName(name)
		if got == "" || !utf8.ValidString(got) || utf8.RuneCountInString(got) > MaxFileNameRunes || strings.ContainsAny(got, "/\\\x00\r\n") {
			t.Fatalf("%q became %q", name, got)
		}
		for _, r := range got {
			if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c {
				t.Fatalf("%q keeps %U", got, r)
			}
		}
		if CleanFileName(got) != got {
			t.Fatalf("cleaning %q again gives %q", got, CleanFileName(got))
		}
	})
}

func TestActiveContentIsRefused(t *testing.T) {
	for _, c := range []struct {
		kind      Kind
		mediaType string
		name      string
		ok        bool
	}{
		{KindImage, "image/jpeg", "a.jpg", true},
		{KindImage, "image/svg+xml", "a.svg", false},
		{KindImage, "text/html", "a.jpg", false},
		{KindImage, "application/pdf", "a.pdf", false},
		{KindVoice, "video/webm", "voice", true},
		{KindVoice, "video/quicktime", "voice", false},
		{KindVideo, "video/quicktime", "a.mov", true},
		{KindFile, "text/plain", "a.txt", true},
		{KindFile, "text/plain", "run.BAT", false},
		{KindFile, "text/html", "a.txt", false},
		{KindFile, "application/zip", "a.apk", false},
		{KindFile, "application/zip", "判决书.ofd", true},
		{KindFile, OLEType, "起诉状.wps", true},
		{KindFile, OLEType, "setup", false},
		{KindFile, "application/octet-stream", "a.bin", false},
		{KindText, "text/plain", "a.txt", false},
	} {
		err := CheckFile(c.kind, c.mediaType, c.name)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrFileType) {
			t.Errorf("CheckFile(%s, %s, %s) = %v, want ok %v", c.kind, c.mediaType, c.name, err, c.ok)
		}
		if err == nil && strings.HasPrefix(c.mediaType, "text/") && Inline(c.mediaType) {
			t.Errorf("%s is shown inline", c.mediaType)
		}
	}
}
