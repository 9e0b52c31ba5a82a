package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"microcourt/store/court"
)

// page is one file of the embedded page, ready to be sent.
type page struct {
	kind    string
	etag    string
	plain   []byte
	small   map[string][]byte // by content coding; without those that save nothing
	caching string
	scripts string // what the content policy has to name, so that the page's own inline scripts run
}

const (
	indexPage = "index.html"
	brotliExt = ".br" // of a file's brotli form, which the build leaves beside it
)

// pageRoutes serves the embedded page: each file under its name, and for every other path of a page the index, because
// the page itself knows what to show there.
func (a *API) pageRoutes() error {
	files, err := listPages(a.cfg.Pages)
	if err != nil {
		return err
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.raw(rawRoute{Act: court.ActServiceRead, Method: method, Path: "/*", Handle: func(w http.ResponseWriter, r *http.Request) error {
			return servePage(w, r, files)
		}})
	}
	return nil
}

// listPages names the files, each with a function that reads and compresses it when it is first asked for.
func listPages(pages fs.FS) (map[string]func() (*page, error), error) {
	files := map[string]func() (*page, error){}
	if pages == nil {
		return files, nil
	}
	err := fs.WalkDir(pages, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".") && path.Ext(name) != brotliExt {
			files[name] = sync.OnceValues(func() (*page, error) { return readPage(pages, name) })
		}
		return err
	})
	return files, err
}

func readPage(pages fs.FS, name string) (*page, error) {
	text, err := fs.ReadFile(pages, name)
	if err != nil {
		return nil, err
	}
	p := &page{kind: pageType(name), etag: etagOf(text), plain: text, small: map[string][]byte{}, caching: "no-cache"}
	if strings.HasPrefix(name, "assets/") { // Vite puts a hash of the content into these names
		p.caching = "public, max-age=31536000, immutable"
	}
	if path.Ext(name) == ".html" {
		p.scripts = inlineScripts(text)
	}
	if compressible(p.kind) {
		p.keep("gzip", gzipped(text))
		if b, err := fs.ReadFile(pages, name+brotliExt); err == nil {
			p.keep("br", b)
		}
	}
	return p, nil
}

func etagOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

func gzipped(text []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

func (p *page) keep(coding string, text []byte) {
	if len(text) < len(p.plain)*9/10 {
		p.small[coding] = text
	}
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// inlineScripts gives the sources of a content policy (CSP Level 3, hash-source) for the scripts that stand in the page itself.
func inlineScripts(html []byte) string {
	var sources strings.Builder
	for _, m := range inlineScript.FindAllSubmatch(html, -1) {
		sum := sha256.Sum256(m[1])
		sources.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
	}
	return sources.String()
}

// pageTypes are those that must not depend on what the machine has in its MIME tables.
var pageTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json",
	".txt": "text/plain; charset=utf-8", ".woff2": "font/woff2", ".png": "image/png", ".ico": "image/x-icon", ".wasm": "application/wasm",
	".map": "application/json", ".webm": "video/webm", ".vtt": "text/vtt; charset=utf-8",
}

func pageType(name string) string {
	if kind, ok := pageTypes[path.Ext(name)]; ok {
		return kind
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || kind == "image/svg+xml" ||
		kind == "application/manifest+json" || kind == "application/wasm"
}

func servePage(w http.ResponseWriter, r *http.Request, files map[string]func() (*page, error)) error {
	if isAPI(r.URL.Path) {
		return court.ErrNotFound
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	read, ok := files[name]
	if !ok {
		if name == "assets" || strings.HasPrefix(name, "assets/") || path.Ext(name) != "" { // a file that isn't there, not a page
			return court.ErrNotFound
		}
		if read, ok = files[indexPage]; !ok {
			noPages(w)
			return nil
		}
	}
	p, err := read()
	if err != nil {
		return errors.Join(court.ErrInternal, err)
	}
	p.send(w, r)
	return nil
}

func (p *page) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("Cache-Control", p.caching)
	if p.scripts != "" {
		h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "script-src 'self'", "script-src 'self'"+p.scripts, 1))
	}
	text, etag := p.plain, p.etag
	if len(p.small) > 0 {
		h.Set("Vary", "Accept-Encoding")
		if coding := p.codingFor(r); coding != "" {
			h.Set("Content-Encoding", coding)
			text, etag = p.small[coding], p.etag+"-"+coding
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
}

// codingFor chooses the smallest form that the browser takes; "" for the plain one, of which alone parts can be asked for.
func (p *page) codingFor(r *http.Request) string {
	if r.Header.Get("Range") != "" {
		return ""
	}
	for _, coding := range []string{"br", "gzip"} {
		if p.small[coding] != nil && accepts(r, coding) {
			return coding
		}
	}
	return ""
}

func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		q = strings.ReplaceAll(q, " ", "")
		if name == coding && q != "q=0" && q != "q=0.0" {
			return true
		}
	}
	return false
}

// noPages says what is missing to whoever opens a program that was built without npm.
func noPages(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	w.Write([]byte("本程序没有包含网页，只提供接口。请用 make build 编译带网页的程序。\n" +
		"This program was built without its pages and serves the API only. Build the program with its pages by make build.\n"))
}
