package paper

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

func TestThePagesOfAPDFAreCounted(t *testing.T) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write([]byte("2 0 << /Type /Pages /Kids [3 0 R 4 0 R] /Count 7 >>"))
	z.Close()
	for name, c := range map[string]struct {
		pdf  string
		want int
	}{
		"plain":             {"1 0 obj << /Type/Pages /Count 3 /Kids [ 4 0 R ] >> endobj", 3},
		"count first":       {"<</Count 12/Kids[4 0 R]/Type /Pages>>", 12},
		"branches":          {"<< /Type /Pages /Count 9 >> << /Type /Pages /Parent 2 0 R /Count 4 >>", 9},
		"added to later":    {"<< /Type /Pages /Count 9 >> ... << /Type /Pages /Count 10 >>", 10},
		"with inner values": {"<< /Resources << /Font << /F1 5 0 R >> >> /Type /Pages /Count 2 >>", 2},
		"packed":            {"<< /Type /ObjStm /N 1 /Length 9 >>\nstream\r\n" + packed.String() + "\nendstream", 7},
		"no tree":           {"%PDF-1.4 nothing", 0},
		"a single page":     {"<< /Type /Page /Count 3 >>", 0},
		"a broken end":      {"<< /Type /Pages /Count 3", 0},
		"too many":          {"<< /Type /Pages /Count 999999 >>", 0},
	} {
		if got := CountPages([]byte(c.pdf)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if !Available() {
		return
	}
	doc := Doc{Title: "三页", Blocks: []Block{Para{Runs: Plain("一")}, PageBreak{}, Para{Runs: Plain("二")}, PageBreak{}, Para{Runs: Plain("三")}}, Volume: "正卷", FirstPage: 8}
	f, err := Render(doc)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := Pages(doc); err != nil || n != 3 || f.Pages != 3 || CountPages(f.PDF) != 3 {
		t.Errorf("set %d, %d without drawing (%v), counted %d", f.Pages, n, err, CountPages(f.PDF))
	}
}

// FuzzCountPages: whatever somebody sends, it ends, and says a number that can be.
func FuzzCountPages(f *testing.F) {
	for _, seed := range []string{"<< /Type /Pages /Count 3 >>", "<< /Type /ObjStm >> stream\nx\x9c", strings.Repeat("/Type /Pages ", 50), strings.Repeat("<<", 100) + "/Type /Pages" + strings.Repeat(">>", 100)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, pdf []byte) {
		if n := CountPages(pdf); n < 0 || n > maxCount {
			t.Error(fmt.Sprint(n))
		}
	})
}
