package paper

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"microcourt/store/storetest/servers"
)

// needFonts skips loudly where the fonts have not been made.
func needFonts(t testing.TB) {
	t.Helper()
	if !Available() {
		servers.Missing(t, "the fonts for printing (make fonts)")
	}
}

const facts = "申请人与被申请人于2024年3月15日签订《设备买卖合同》（合同编号：HT-2024-0315），约定申请人向被申请人供应数控机床二台，总价款人民币356,789.50元。" +
	"合同签订后，申请人依约于2024年4月20日将设备交付至被申请人位于浙江省宁波市鄞州区的厂房，并由被申请人验收合格；被申请人却仅支付货款100,000元，余款至今未付。" +
	"申请人多次催讨，被申请人先是承诺“年底前一定付清”，后又以“资金周转困难……”为由拖延——其行为已构成违约。" +
	"依照《中华人民共和国民法典》第五百七十七条、第五百八十三条、第五百八十五条之规定，特向贵院提出上述请求，望依法支持。"

func sample(t testing.TB) Doc {
	rows := [][]string{{"第3页第12行", "“同意还款十万元”", "“同意分期还款十万元”", "00:41:07"}, {"第5页第2行", strings.Repeat("被告称没有收到货物。", 12), "被告称没有收到全部货物。", "01:02:55"}}
	for i := range 30 {
		rows = append(rows, []string{"第" + string(rune('一'+i)) + "处", "原记载的文字", "应为的文字，较长一些，以便换行时可以看到排版的效果。", "01:10:00"})
	}
	return Doc{
		Title: "财产保全申请书", Author: "某某人民法院", Date: time.Date(2026, 1, 20, 1, 2, 3, 0, time.UTC),
		Footer: "（2026）浙0212民初1024号　财产保全申请书", Digest: strings.Repeat("0123456789abcdef", 4),
		Blocks: []Block{
			Title("财产保全申请书"),
			Para{Runs: Labelled("申请人：", "张伟，男，1980年5月1日出生，汉族，住浙江省宁波市鄞州区某某街道某某路88号，公民身份号码330212198005010000，联系电话13800000001。")},
			Para{Runs: Labelled("被申请人：", "宁波某某机械有限公司，住所地浙江省宁波市鄞州区，法定代表人：李\U000272D6，执行董事；联系人：𬱖㛃䶮。")},
			Heading("请求事项"),
			Para{Runs: Plain("1. 请求冻结被申请人名下银行存款人民币356,789.50元，或者查封、扣押其相应价值的财产；\n2. 本案申请费由被申请人承担。")},
			Heading("事实和理由"),
			Para{Runs: Plain(facts + "\n" + facts + "\n" + facts)},
			Signature{To: "某某人民法院", Label: "申请人（签名）：", Picture: drawn(t), Lines: []string{"2026年1月20日"}},
			PageBreak{},
			Heading("补正条目"),
			Table{Columns: []Column{{"笔录位置", 2, Center}, {"原记载", 4, Left}, {"应为", 4, Left}, {"对应录音录像时间点", 2, Center}}, Rows: rows},
			Picture{Data: photo(t), Width: 300, Height: 200, Align: Center, Caption: "图1：设备照片"},
		},
	}
}

// drawn is a signature as a phone would give it: strokes on a transparent ground.
func drawn(t testing.TB) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 600, 240))
	for x := range 500 {
		for d := range 6 {
			img.Set(50+x, 120+d+(x*x/900)%60-(x/7)%40, color.NRGBA{20, 30, 60, 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func photo(t testing.TB) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 800, 600))
	for y := range 600 {
		for x := range 800 {
			img.Set(x, y, color.RGBA{uint8(x / 4), uint8(y / 3), 120, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func render(t testing.TB, d Doc) *File {
	t.Helper()
	f, err := Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	needFonts(t)
	a, b := render(t, sample(t)), render(t, sample(t))
	if !bytes.Equal(a.PDF, b.PDF) {
		t.Error("two renderings differ: no signature could be bound to them")
	}
	other := sample(t)
	other.Blocks = append(other.Blocks, Para{Runs: Plain("。")})
	if bytes.Equal(a.PDF, render(t, other).PDF) {
		t.Error("another document gives the same bytes")
	}
	if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "sample.pdf"), a.PDF, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d pages, %d bytes", a.Pages, len(a.PDF))
}

// TestSeveralPrintAtOnce would find what they share and change.
func TestSeveralPrintAtOnce(t *testing.T) {
	needFonts(t)
	want := render(t, sample(t)).PDF
	var printing sync.WaitGroup
	for range 4 {
		printing.Go(func() {
			f, err := Render(sample(t))
			if err != nil || !bytes.Equal(f.PDF, want) {
				t.Errorf("another document came out: %v", err)
			}
		})
	}
	printing.Wait()
}

// readBack gives the text of a PDF as another program reads it.
func readBack(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		servers.Missing(t, "pdftotext (poppler-utils)")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("pdftotext: %v %s", err, complaints.String())
	}
	return string(out)
}

func TestEverythingCanBeReadBackFromTheFile(t *testing.T) {
	needFonts(t)
	f := render(t, sample(t))
	text := readBack(t, f.PDF)
	for _, want := range []string{"财产保全申请书", "张伟", "此致", "第 1 页 共 7 页", "第 7 页 共 7 页", "图1：设备照片", strings.Repeat("0123456789abcdef", 4), "𬱖", "䶮"} {
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("%q can't be found in what another program reads:\n%.900s", want, text)
		}
	}
	if strings.Count(text, "笔录位置") < 2 {
		t.Error("the head of the table isn't repeated on the next page")
	}
}

func TestACharacterThatNoFontHasIsBoxedAndReported(t *testing.T) {
	needFonts(t)
	rare := '\U0002F9FF'
	f := render(t, Doc{Blocks: []Block{Para{Runs: Plain("张" + string(rare) + "伟\uFE00")}}})
	if len(f.Missing) != 2 || f.Missing[0] != 0xFE00 || f.Missing[1] != rare {
		t.Errorf("missing: %U", f.Missing)
	}
	if text := readBack(t, f.PDF); !strings.Contains(text, "2F9") || !strings.Contains(text, "FF") {
		t.Errorf("the box doesn't say which character is meant: %s", text)
	}
	if f := render(t, Doc{Blocks: []Block{Para{Runs: Plain("王犇㛃䶮𬱖")}}}); len(f.Missing) != 0 {
		t.Errorf("names that can be printed are reported: %U", f.Missing)
	}
}

// TestNoLineBeginsOrEndsWithAMarkThatMustNot sets random text of marks, words and characters in random widths.
func TestNoLineBeginsOrEndsWithAMarkThatMustNot(t *testing.T) {
	needFonts(t)
	faces, _ := loadFaces()
	pieces := []string{"法", "院", "申请", "，", "。", "、", "；", "“", "”", "（", "）", "《", "》", "……", "——", "abc", "12,345.60", "！", "？", " ", "第", "元", "％"}
	rapid.Check(t, func(rt *rapid.T) {
		s := newSetter(faces)
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 120).Draw(rt, "text"), "")
		width := float64(rapid.IntRange(150, 440).Draw(rt, "width"))
		boxes := s.boxes(Plain(text), textSize)
		var back strings.Builder
		for i, l := range breakLines(boxes, width, 0, textSize) {
			for _, b := range l.boxes {
				back.WriteString(b.text)
			}
			if l.width > width+tolerance {
				rt.Fatalf("line %d is %.2f wide, room for %.2f", i, l.width, width)
			}
			first, last := l.boxes[0], l.boxes[len(l.boxes)-1]
			if i > 0 && first.class == closing && breakable(boxes, width) {
				rt.Fatalf("line %d begins with %s: %s", i, first.text, text)
			}
			if !l.last && last.class == opening && len(l.boxes) > 1 && breakable(boxes, width) {
				rt.Fatalf("line %d ends with %s: %s", i, last.text, text)
			}
		}
		if got, want := strings.ReplaceAll(back.String(), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			rt.Fatalf("%q became %q", want, got)
		}
	})
}

// breakable reports whether text offers places to break often enough: a long row of marks alone doesn't.
func breakable(boxes []box, width float64) bool {
	row, longest := 0.0, 0.0
	for i := 1; i < len(boxes); i++ {
		row += boxes[i-1].width
		if mayBreak(boxes, i) {
			longest, row = max(longest, row), 0
		}
	}
	return max(longest, row+boxes[len(boxes)-1].width) <= width-textSize
}

func TestJustifiedLinesEndAtTheMargin(t *testing.T) {
	needFonts(t)
	faces, _ := loadFaces()
	s := newSetter(faces)
	lines := breakLines(s.boxes(Plain(facts), textSize), fieldWidth, 2*textSize, textSize)
	if len(lines) < 6 {
		t.Fatalf("%d lines", len(lines))
	}
	ragged := 0
	for i, l := range lines[:len(lines)-1] {
		width := fieldWidth
		if i == 0 {
			width -= 2 * textSize
		}
		if gap := (width - l.width) / float64(len(l.boxes)-1); gap > maxStretch*textSize {
			ragged++
		}
	}
	if ragged > 0 {
		t.Errorf("%d of %d lines stay ragged", ragged, len(lines))
	}
}

func TestASignatureNeverStandsOnAPageWithoutText(t *testing.T) {
	needFonts(t)
	for lines := 13; lines < 24; lines++ {
		text := strings.Repeat("文", 28*lines+5)
		f := render(t, Doc{Blocks: []Block{Para{Runs: Plain(text)}, Heading("事实和理由"), Para{Runs: Plain("字据为凭。")}, Signature{To: "某某人民法院", Label: "申请人（签名）：", Lines: []string{"2026年1月20日"}}}})
		pages := strings.Split(readBack(t, f.PDF), "\f")
		for _, page := range pages {
			if strings.Contains(page, "此致") && (!strings.Contains(page, "字") || !strings.Contains(page, "2026")) {
				t.Errorf("after %d lines the close stands alone:\n%s", lines, page)
			}
		}
	}
}

func TestARowLongerThanAPageGoesOnOnTheNext(t *testing.T) {
	needFonts(t)
	long := strings.Repeat("很长的一格文字。", 600)
	f := render(t, Doc{Blocks: []Block{Table{Columns: []Column{{"项目", 1, Left}, {"内容", 3, Left}}, Rows: [][]string{{"甲", long}, {"乙", "短"}, {"丙"}}}}})
	text := strings.Join(strings.Fields(readBack(t, f.PDF)), "")
	if f.Pages < 3 || strings.Count(text, "项目内容") != f.Pages || !strings.Contains(text, "乙短") {
		t.Errorf("%d pages:\n%.500s", f.Pages, text)
	}
	if got := strings.Count(text, "很长"); got < 560 { // a few are divided by a line's end
		t.Errorf("%d of 600 repetitions are left", got)
	}
}

func TestAPictureThatIsNoneIsRefused(t *testing.T) {
	needFonts(t)
	whole := photo(t)
	for name, data := range map[string][]byte{"text": []byte("hello"), "cut off": whole[:len(whole)/2], "empty": nil, "svg": []byte("<svg/>")} {
		if _, err := Render(Doc{Blocks: []Block{Picture{Data: data}}}); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzAnyTextIsSet(f *testing.F) {
	for _, s := range []string{facts, "", "\n\n", "「」（（（（", strings.Repeat("，", 200), strings.Repeat("a", 500), "\u202e\u0000", "‘’“”…—", "\U0010FFFF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		needFonts(t)
		faces, _ := loadFaces()
		s := newSetter(faces)
		Para{Runs: Plain(text)}.set(s)
		Table{Columns: []Column{{"a", 1, Left}, {text, 9, Justified}}, Rows: [][]string{{text, text}}}.set(s)
		s.finish(Doc{Footer: text})
		for _, page := range s.pages {
			for _, o := range page {
				if o.kind == opText && (o.y > pageHeight || o.y < 0 || o.x < 0) {
					t.Errorf("%q is drawn outside of the page", o.text)
				}
			}
		}
	})
}
