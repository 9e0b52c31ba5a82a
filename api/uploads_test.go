package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"microcourt/api"
	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/storetest"
	"microcourt/store/storetest/servers"
)

// eachFileSite runs a test on a site with files, on both engines and both places for content.
func eachFileSite(t *testing.T, test func(t *testing.T, s *site)) {
	for engine, place := range map[store.Engine]string{store.SQLite: "folder", store.PostgreSQL: "s3"} {
		t.Run(string(engine)+"/"+place, func(t *testing.T) { test(t, startFileSites(t, engine, blobPlace(t, place), 1)[0]) })
	}
}

func blobPlace(t testing.TB, place string) blob.Config {
	if place == "folder" {
		return blob.Config{Place: t.TempDir()}
	}
	server := servers.S3(t)
	return blob.Config{Place: server.Bucket(t), AccessKey: server.AccessKey, Secret: server.Secret, Temp: t.TempDir()}
}

// startFileSites starts so many nodes over one record and one place for content.
func startFileSites(t testing.TB, engine store.Engine, place blob.Config, nodes int) []*site {
	t.Helper()
	cfg := storetest.Config(t, engine)
	var sites []*site
	var w *storetest.World
	for range nodes {
		s := storetest.OpenConfig(t, cfg)
		if w == nil {
			w = storetest.NewWorld(t, s, 1)
		}
		blobs, err := blob.Open(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		files := store.NewFiles(s, blobs, store.FilesConfig{})
		h := hub.New(hub.Config{Store: s, Files: files, Version: "test"})
		a, err := api.New(api.Config{Hub: h, Store: s})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(a.Handler())
		t.Cleanup(func() {
			h.Close()
			server.Close()
			files.Close()
		})
		sites = append(sites, &site{World: w, api: a, server: server})
	}
	return sites
}

// tus makes a request of the tus protocol. headers are pairs.
func (s *site) tus(t testing.TB, who, method, path string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+s.Seats[who].Token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	res.Body = io.NopCloser(bytes.NewReader(text))
	return res
}

func metadata(kind court.Kind, name string) string {
	return "kind " + base64.StdEncoding.EncodeToString([]byte(kind)) + ",filename " + base64.StdEncoding.EncodeToString([]byte(name))
}

func (s *site) begin(t testing.TB, who string, kind court.Kind, name string, size int) string {
	t.Helper()
	res := s.tus(t, who, "POST", "/api/v1/uploads/", nil, "Upload-Length", strconv.Itoa(size), "Upload-Metadata", metadata(kind, name))
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("create: %s", res.Status)
	}
	return res.Header.Get("Location")
}

func (s *site) patch(t testing.TB, who, location string, offset int, data []byte) *http.Response {
	t.Helper()
	return s.tus(t, who, "PATCH", location, bytes.NewReader(data), "Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset))
}

func (s *site) offset(t testing.TB, who, location string) int {
	t.Helper()
	res := s.tus(t, who, "HEAD", location, nil)
	n, err := strconv.Atoi(res.Header.Get("Upload-Offset"))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("HEAD: %s, offset %q", res.Status, res.Header.Get("Upload-Offset"))
	}
	return n
}

type uploaded struct {
	State, ID, Name, Type, SHA256 string
	Size, Width, Height           int64
	Thumbnail                     bool
}

// result waits for an upload's attachment.
func (s *site) result(t testing.TB, who, location string) uploaded {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		status, body := s.call(t, s.Seats[who].Token, "GET", location+"/attachment", "")
		var u uploaded
		if err := json.Unmarshal([]byte(body), &u); err != nil || status != http.StatusOK && status != http.StatusAccepted {
			t.Fatalf("result: %d %s", status, body)
		}
		if status == http.StatusOK {
			return u
		}
		if time.Now().After(deadline) {
			t.Fatal("still processing after a minute")
		}
	}
}

// upload sends a file with its creation.
func (s *site) upload(t testing.TB, who string, kind court.Kind, name string, data []byte) uploaded {
	t.Helper()
	res := s.tus(t, who, "POST", "/api/v1/uploads/", bytes.NewReader(data), "Upload-Length", strconv.Itoa(len(data)),
		"Upload-Metadata", metadata(kind, name), "Content-Type", "application/offset+octet-stream")
	if res.StatusCode != http.StatusCreated || res.Header.Get("Upload-Offset") != strconv.Itoa(len(data)) {
		t.Fatalf("create with upload: %s, offset %s", res.Status, res.Header.Get("Upload-Offset"))
	}
	return s.result(t, who, res.Header.Get("Location"))
}

func (s *site) name(t testing.TB, who, thread string, kind court.Kind, attachment string) {
	t.Helper()
	body := fmt.Sprintf(`{"thread":%q,"event":%q,"kind":%q,"body":{"attachment":%q}}`, thread, store.NewID(), kind, attachment)
	if status, text := s.call(t, s.Seats[who].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/events", body); status != http.StatusOK && status != http.StatusCreated {
		t.Fatalf("send: %d %s", status, text)
	}
}

func somePDF(size int) []byte {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(size)}).Read(data)
	copy(data, "%PDF-1.7\n")
	return data
}

func someJPEG(t testing.TB) []byte {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, image.NewRGBA(image.Rect(0, 0, 900, 600)), nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestP6AnInterruptedUploadGoesOnWhereItStopped(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		data := somePDF(7 << 20)
		location := s.begin(t, "plaintiff", court.KindFile, "../合同.pdf", len(data))
		cut := 3 << 20
		s.cutOff(t, "plaintiff", location, data, cut)
		offset := s.offset(t, "plaintiff", location)
		for deadline := time.Now().Add(10 * time.Second); offset == 0 && time.Now().Before(deadline); {
			offset = s.offset(t, "plaintiff", location) // the server has yet to take up what was cut off
		}
		if offset > cut {
			t.Fatalf("%d bytes have arrived of the %d that were sent", offset, cut)
		}
		if status, body := s.call(t, s.Seats["plaintiff"].Token, "GET", location+"/attachment", ""); status != http.StatusConflict || codeOf(body) != "upload_unfinished" {
			t.Errorf("the result of half an upload: %d %s", status, body)
		}
		if res := s.patch(t, "plaintiff", location, offset+1, data[offset+1:]); res.StatusCode != http.StatusConflict {
			t.Errorf("a wrong offset: %s", res.Status)
		}
		if res := s.patch(t, "plaintiff", location, offset, append(bytes.Clone(data[offset:]), 0)); res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("more than was announced: %s", res.Status)
		}
		if offset = s.offset(t, "plaintiff", location); offset < len(data) {
			if res := s.patch(t, "plaintiff", location, offset, data[offset:]); res.StatusCode != http.StatusNoContent {
				t.Fatalf("going on: %s", res.Status)
			}
		}
		u := s.result(t, "plaintiff", location)
		if u.Name != "合同.pdf" || u.Type != "application/pdf" || u.Size != int64(len(data)) {
			t.Errorf("%+v", u)
		}
		if s.offset(t, "plaintiff", location) != len(data) {
			t.Error("a finished upload must still say that all has arrived: its last answer may have been lost")
		}
		if res := s.patch(t, "plaintiff", location, len(data), nil); res.StatusCode != http.StatusNoContent {
			t.Errorf("the last piece again: %s", res.Status)
		}
		res := s.tus(t, "plaintiff", "GET", "/api/v1/attachments/"+u.ID, nil)
		if got, _ := io.ReadAll(res.Body); !bytes.Equal(got, data) {
			t.Errorf("%d bytes came back, not those that were sent", len(got))
		}
	})
}

// cutOff sends a part of an upload whole and then drops the connection.
func (s *site) cutOff(t *testing.T, who, location string, data []byte, cut int) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"+
		"Content-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n", location, s.Seats[who].Token, len(data))
	if _, err := conn.Write(data[:cut]); err != nil {
		t.Fatal(err)
	}
}

func TestAnyNodeTakesTheNextPiece(t *testing.T) {
	nodes := startFileSites(t, store.PostgreSQL, blobPlace(t, "s3"), 2)
	data := somePDF(13 << 20)
	location := nodes[0].begin(t, "plaintiff", court.KindFile, "a.pdf", len(data))
	for i, offset := 0, 0; offset < len(data); i++ {
		end := min(offset+2<<20+i, len(data))
		if res := nodes[i%2].patch(t, "plaintiff", location, offset, data[offset:end]); res.StatusCode != http.StatusNoContent {
			t.Fatalf("piece %d: %s", i, res.Status)
		}
		offset = end
		if got := nodes[(i+1)%2].offset(t, "plaintiff", location); got != offset {
			t.Fatalf("after piece %d the other node is at %d, want %d", i, got, offset)
		}
	}
	u := nodes[1].result(t, "plaintiff", location)
	for i, node := range nodes {
		res := node.tus(t, "plaintiff", "GET", "/api/v1/attachments/"+u.ID, nil)
		if got, _ := io.ReadAll(res.Body); !bytes.Equal(got, data) {
			t.Errorf("node %d: %s, %d bytes, not those that were sent", i, res.Status, len(got))
		}
	}
}

func TestUploadsAnswerTheirOwnerOnly(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		location := s.begin(t, "plaintiff", court.KindFile, "a.pdf", 1000)
		chunk := []string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", "0"}
		for _, c := range []struct{ method, suffix string }{{"HEAD", ""}, {"PATCH", ""}, {"DELETE", ""}, {"GET", "/attachment"}} {
			for who, want := range map[string]int{"defendant": 404, "judge": 404, "admin": 403, "": 401} {
				real := s.tus(t, who, c.method, location+c.suffix, strings.NewReader("%PDF-"), chunk...)
				madeUp := s.tus(t, who, c.method, "/api/v1/uploads/"+store.NewID()+c.suffix, strings.NewReader("%PDF-"), chunk...)
				if real.StatusCode != want {
					t.Errorf("%s by %q: %s", c.method, who, real.Status)
				}
				sameAnswer(t, c.method+" by "+who, real, madeUp)
			}
		}
		if s.offset(t, "plaintiff", location) != 0 {
			t.Error("somebody else's bytes were taken")
		}
		if res := s.tus(t, "plaintiff", "DELETE", location, nil); res.StatusCode != http.StatusNoContent {
			t.Errorf("cancelling my own: %s", res.Status)
		}
		if res := s.tus(t, "plaintiff", "HEAD", location, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("a cancelled upload: %s", res.Status)
		}
	})
}

// sameAnswer fails the test if two answers differ in anything but the request's id and the time.
func sameAnswer(t *testing.T, what string, a, b *http.Response) {
	t.Helper()
	describe := func(r *http.Response) string {
		text, _ := io.ReadAll(r.Body)
		h := r.Header.Clone()
		h.Del("X-Request-Id")
		h.Del("Date")
		return fmt.Sprint(r.StatusCode, h, string(text))
	}
	if x, y := describe(a), describe(b); x != y {
		t.Errorf("%s: answered\n%s\nand for what never was\n%s", what, x, y)
	}
}

func TestUploadsThatCannotBecomeAFileAreRefused(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		html := []byte("<html><body><script>alert(1)</script></body></html>")
		location := s.begin(t, "plaintiff", court.KindImage, "照片.jpg", len(html))
		if res := s.patch(t, "plaintiff", location, 0, html); res.StatusCode != http.StatusNoContent {
			t.Fatal(res.Status)
		}
		if status, body := s.call(t, s.Seats["plaintiff"].Token, "GET", location+"/attachment", ""); status != http.StatusUnsupportedMediaType || codeOf(body) != "bad_file_type" {
			t.Errorf("a page that calls itself a picture: %d %s", status, body)
		}
		for code, headers := range map[string][]string{
			"413 too_large":     {"Upload-Length", "31457281", "Upload-Metadata", metadata(court.KindImage, "a.jpg")},
			"400 invalid":       {"Upload-Length", "-1", "Upload-Metadata", metadata(court.KindImage, "a.jpg")},
			"415 bad_file_type": {"Upload-Length", "100", "Upload-Metadata", metadata(court.KindFile, "a.exe")},
			"412 invalid":       {"Upload-Length", "100", "Upload-Metadata", metadata(court.KindFile, "a.pdf"), "Tus-Resumable", "0.2.2"},
		} {
			res := s.tus(t, "plaintiff", "POST", "/api/v1/uploads/", nil, headers...)
			text, _ := io.ReadAll(res.Body)
			if got := fmt.Sprint(res.StatusCode, " ", codeOf(string(text))); got != code {
				t.Errorf("got %s, want %s", got, code)
			}
		}
		if res := s.tus(t, "plaintiff", "OPTIONS", "/api/v1/uploads/", nil); res.Header.Get("Tus-Extension") == "" || res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("OPTIONS: %s, %v", res.Status, res.Header)
		}
	})
}

func TestFilesAreServedInPartsAndHarmlessly(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		data := somePDF(1 << 20)
		u := s.upload(t, "plaintiff", court.KindFile, `合同 "一".pdf`, data)
		s.name(t, "plaintiff", court.RoomThread, court.KindFile, u.ID)
		path := "/api/v1/attachments/" + u.ID
		for header, want := range map[string][]byte{
			"bytes=0-99": data[:100], "bytes=524288-524400": data[524288:524401], "bytes=-5": data[len(data)-5:], "bytes=1048000-": data[1048000:],
		} {
			res := s.tus(t, "defendant", "GET", path, nil, "Range", header)
			if got, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusPartialContent || !bytes.Equal(got, want) {
				t.Errorf("%s: %s, %d bytes", header, res.Status, len(got))
			}
		}
		if res := s.tus(t, "defendant", "GET", path, nil, "Range", "bytes=99999999-"); res.StatusCode != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("behind the end: %s", res.Status)
		}
		res := s.tus(t, "defendant", "HEAD", path, nil)
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "Content-Length": strconv.Itoa(len(data)), "X-Content-Type-Options": "nosniff",
			"Cache-Control": "private, max-age=31536000, immutable", "Etag": `"` + u.ID + `"`, "Accept-Ranges": "bytes",
			"Content-Disposition": `inline; filename*=utf-8''%E5%90%88%E5%90%8C%20%22%E4%B8%80%22.pdf`,
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") || !strings.Contains(res.Header.Get("Vary"), "Cookie") {
			t.Errorf("headers %v", res.Header)
		}
		if strings.Contains(fmt.Sprint(res.Header), u.SHA256) {
			t.Error("the headers tell the content's hash")
		}
		if res := s.tus(t, "defendant", "GET", path, nil, "If-None-Match", res.Header.Get("Etag")); res.StatusCode != http.StatusNotModified {
			t.Errorf("what is in the cache: %s", res.Status)
		}
		note := s.upload(t, "plaintiff", court.KindFile, "说明.txt", []byte("说明\n"))
		if res := s.tus(t, "plaintiff", "GET", "/api/v1/attachments/"+note.ID, nil); !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("a text is shown inline: %v", res.Header)
		}
		picture := s.upload(t, "plaintiff", court.KindImage, "照片.jpg", someJPEG(t))
		res = s.tus(t, "plaintiff", "GET", "/api/v1/attachments/"+picture.ID+"/thumbnail", nil)
		if cfg, err := jpeg.DecodeConfig(res.Body); err != nil || cfg.Width != 480 || res.Header.Get("Etag") == `"`+picture.ID+`"` {
			t.Errorf("thumbnail: %s, %d wide, %v", res.Status, cfg.Width, err)
		}
	})
}

// TestP3APrivateFileAnswersOthersLikeOneThatNeverWas compares whole answers.
func TestP3APrivateFileAnswersOthersLikeOneThatNeverWas(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		u := s.upload(t, "plaintiff", court.KindImage, "a.jpg", someJPEG(t))
		s.name(t, "plaintiff", storetest.Pair(s.Cases[0], s.Seats["plaintiff"], s.Seats["clerk"]), court.KindImage, u.ID)
		for _, suffix := range []string{"", "/thumbnail"} {
			for _, method := range []string{"GET", "HEAD"} {
				for _, who := range []string{"defendant", "judge", "lawyer", "stranger"} {
					real := s.tus(t, who, method, "/api/v1/attachments/"+u.ID+suffix, nil, "Range", "bytes=0-1")
					if real.StatusCode != http.StatusNotFound {
						t.Errorf("%s by %s: %s", method, who, real.Status)
					}
					sameAnswer(t, who, real, s.tus(t, who, method, "/api/v1/attachments/"+store.NewID()+suffix, nil, "Range", "bytes=0-1"))
				}
			}
			if res := s.tus(t, "clerk", "GET", "/api/v1/attachments/"+u.ID+suffix, nil); res.StatusCode != http.StatusOK {
				t.Errorf("its recipient: %s", res.Status)
			}
		}
	})
}
