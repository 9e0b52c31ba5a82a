//go:build browser

package browser_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"microcourt/store/storetest/servers"
)

// bigFile is the size of the file whose upload is interrupted.
const bigFile = 20 << 20

// files makes what people put into a room, and gives the paths by kind.
func files(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	made := map[string]string{}
	write := func(kind, name string, content []byte) {
		made[kind] = filepath.Join(dir, name)
		if err := os.WriteFile(made[kind], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("image", "收货单.jpg", picture(t))
	write("pdf", "租赁合同.pdf", pdf())
	random := rand.NewChaCha8([32]byte{1})
	big := make([]byte, bigFile)
	random.Read(big)
	copy(big, pdf()) // what follows the end of a PDF document is of no interest to anybody
	write("big", "现场资料.pdf", big)
	made["video"] = filepath.Join(dir, "现场.webm")
	film(t, made["video"])
	return made
}

// picture is a photo of nothing, 1200 by 900.
func picture(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	for y := range 900 {
		for x := range 1200 {
			m.Set(x, y, color.RGBA{uint8(x / 5), uint8(y / 4), uint8((x ^ y) & 0xff), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photos makes n photographs of noise, no two alike, and gives their folder. A square of 4200 pixels has 8 MB.
func photos(t *testing.T, n, side int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, side, side))
	rand.NewChaCha8([32]byte{2}).Read(m.Pix)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range n {
		// What follows the end of a picture is of no interest to those who draw it, and part of its bytes.
		page := fmt.Appendf(bytes.Clone(b.Bytes()), "page %d", i+1)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("page-%02d.jpg", i+1)), page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// pdf is a document of one empty page.
func pdf() []byte {
	var b bytes.Buffer
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, object := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// film makes a video of two seconds.
func film(t *testing.T, path string) {
	t.Helper()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		servers.Missing(t, "no ffmpeg found; install ffmpeg")
	}
	out, err := exec.Command(ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=2", "-c:v", "libvpx", "-b:v", "200k", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
}
