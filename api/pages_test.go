package api

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	script = strings.Repeat("console.log('微法庭');", 100)
	built  = fstest.MapFS{
		".keep":                     {},
		"index.html":                {Data: []byte("<!doctype html><title>微法庭</title>")},
		"sw.js":                     {Data: []byte("self.skipWaiting()")},
		"assets/index-a1b2c3.js":    {Data: []byte(script)},
		"assets/index-a1b2c3.js.br": {Data: []byte("pressed by brotli")},
		"assets/logo-d4.png":        {Data: []byte("\x89PNG")},
		"icons/app.svg":             {Data: []byte("<svg/>")},
		"help/sign_in.webm":         {Data: []byte("0123456789")},
		"help/sign_in.zh.vtt":       {Data: []byte("WEBVTT")},
	}
)

func TestEveryPathOfAPageGivesThePage(t *testing.T) {
	f := openFront(t, func(c *Config) { c.Pages = built })
	for _, path := range []string{"/", "/cases", "/cases/0198-aa/room", "/me/", "/index.html"} {
		w := f.ask("GET", path, "")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<!doctype html>") || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
	for _, path := range []string{"/assets/index-old.js", "/assets/index-a1b2c3.js.br", "/favicon.ico", "/api/", "/api/v1/nothing", "/.keep", "/assets/../.keep", "/assets/"} {
		if w := f.ask("GET", path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := f.ask("POST", "/cases", ""); w.Code != http.StatusNotFound {
		t.Errorf("POST to a page: %d", w.Code)
	}
}

func TestHashedAssetsAreKeptForeverAndTheServiceWorkerIsAskedForEachTime(t *testing.T) {
	f := openFront(t, func(c *Config) { c.Pages = built })
	for path, want := range map[string]string{
		"/assets/index-a1b2c3.js": "public, max-age=31536000, immutable", "/assets/logo-d4.png": "public, max-age=31536000, immutable",
		"/sw.js": "no-cache", "/icons/app.svg": "no-cache",
	} {
		w := f.ask("GET", path, "")
		if got := w.Header().Get("Cache-Control"); got != want || w.Code != http.StatusOK {
			t.Errorf("%s: %d, %q", path, w.Code, got)
		}
		again := f.ask("GET", path, "", "If-None-Match", w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s unchanged: %d", path, again.Code)
		}
	}
}

func TestScriptsAreSentCompressedToWhoUnderstandsIt(t *testing.T) {
	f := openFront(t, func(c *Config) { c.Pages = built })
	smaller := f.ask("GET", "/assets/index-a1b2c3.js", "", "Accept-Encoding", "gzip, deflate, br")
	if smaller.Header().Get("Content-Encoding") != "br" || smaller.Body.String() != "pressed by brotli" || smaller.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("got %v, %s", smaller.Header(), smaller.Body)
	}
	small := f.ask("GET", "/assets/index-a1b2c3.js", "", "Accept-Encoding", "gzip, br;q=0")
	if small.Header().Get("Content-Encoding") != "gzip" || small.Body.Len() > len(script)/2 || small.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("got %v, %d bytes", small.Header(), small.Body.Len())
	}
	z, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != script {
		t.Fatalf("unpacked %d bytes, %v", len(text), err)
	}
	for _, accept := range []string{"", "zstd", "gzip;q=0, br;q=0.0", "identity"} {
		plain := f.ask("GET", "/assets/index-a1b2c3.js", "", "Accept-Encoding", accept)
		if plain.Header().Get("Content-Encoding") != "" || plain.Body.String() != script || plain.Header().Get("ETag") == small.Header().Get("ETag") {
			t.Errorf("%q: %v", accept, plain.Header())
		}
	}
	if w := f.ask("HEAD", "/assets/index-a1b2c3.js", ""); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
}

// Safari asks for a video's first two bytes before anything else, and plays none that come otherwise.
func TestVideosComeInPartsAndWithCaptions(t *testing.T) {
	f := openFront(t, func(c *Config) { c.Pages = built })
	part := f.ask("GET", "/help/sign_in.webm", "", "Range", "bytes=2-4", "Accept-Encoding", "gzip, br")
	if part.Code != http.StatusPartialContent || part.Body.String() != "234" || part.Header().Get("Content-Range") != "bytes 2-4/10" || part.Header().Get("Content-Type") != "video/webm" || part.Header().Get("Content-Encoding") != "" {
		t.Errorf("a part: %d %v %s", part.Code, part.Header(), part.Body)
	}
	whole := f.ask("GET", "/help/sign_in.webm", "")
	if whole.Code != http.StatusOK || whole.Body.Len() != 10 || whole.Header().Get("Accept-Ranges") != "bytes" || !strings.Contains(whole.Header().Get("Content-Security-Policy"), "media-src 'self'") {
		t.Errorf("the whole: %d %v", whole.Code, whole.Header())
	}
	if w := f.ask("GET", "/help/sign_in.zh.vtt", ""); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/vtt; charset=utf-8" {
		t.Errorf("captions: %d %v", w.Code, w.Header())
	}
	if w := f.ask("GET", "/help/nothing.webm", ""); w.Code != http.StatusNotFound {
		t.Errorf("no video: %d", w.Code)
	}
}

func TestThePageMayRunItsOwnInlineScriptAndNoOther(t *testing.T) {
	html := "<!doctype html><script>alert(1)</script><script src=\"/assets/index-a1b2c3.js\"></script>"
	f := openFront(t, func(c *Config) {
		c.Pages = fstest.MapFS{"index.html": {Data: []byte(html)}, "sw.js": {Data: []byte("self")}}
	})
	// printf 'alert(1)' | openssl dgst -sha256 -binary | base64
	const want = "script-src 'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';"
	for _, path := range []string{"/", "/cases"} {
		if got := f.ask("GET", path, "").Header().Get("Content-Security-Policy"); !strings.Contains(got, want) {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := f.ask("GET", "/sw.js", "").Header().Get("Content-Security-Policy"); strings.Contains(got, "sha256") {
		t.Errorf("a script: %s", got)
	}
}

func TestAProgramWithoutPagesSaysSo(t *testing.T) {
	f := openFront(t, func(c *Config) { c.Pages = fstest.MapFS{".keep": {}} })
	w := f.ask("GET", "/", "")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "没有包含网页") || !strings.Contains(w.Body.String(), "without its pages") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
