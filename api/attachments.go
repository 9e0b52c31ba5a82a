package api

import (
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"microcourt/hub"
	"microcourt/store/court"
)

// attachmentRoutes give files to whom the thread that names them is open.
func (a *API) attachmentRoutes() {
	for path, handle := range map[string]func(http.ResponseWriter, *http.Request) error{
		"/api/v1/attachments/{attachment}":           a.attachment,
		"/api/v1/attachments/{attachment}/thumbnail": a.thumbnail,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			a.raw(rawRoute{Act: court.ActAttachmentRead, Method: method, Path: path, Handle: handle})
		}
	}
}

func (a *API) attachment(w http.ResponseWriter, r *http.Request) error {
	return a.serveFile(w, r, hub.ReadAttachment{ID: chi.URLParam(r, "attachment")})
}

func (a *API) thumbnail(w http.ResponseWriter, r *http.Request) error {
	return a.serveFile(w, r, hub.ReadAttachment{ID: chi.URLParam(r, "attachment"), Thumbnail: true})
}

// filePolicy keeps a file that is opened by itself from running anything, should a browser take it for a page.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// serveFile answers with a file or with the part that was asked for.
func (a *API) serveFile(w http.ResponseWriter, r *http.Request, read hub.ReadAttachment) error {
	read.HeadOnly = r.Method == http.MethodHead
	file, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), read)
	if err != nil {
		return err
	}
	defer file.Close()
	tag, disposition := read.ID, "attachment"
	if read.Thumbnail {
		tag += "-thumbnail"
	}
	if court.Inline(file.Type) {
		disposition = "inline"
	}
	h := w.Header()
	cache := "private, max-age=31536000, immutable"
	if file.Watermark != "" {
		h.Set("X-Watermark", file.Watermark)
		tag, cache = tag+"-marked-"+time.Now().UTC().Format("20060102"), "private, no-store" // the mark bears the day, and the court may lift it
	}
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": file.Name}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+tag+`"`) // never from the content: its hash would tell who else has the same file
	// An attachment never changes. Whoever signs in next on the same device must not find it in the cache.
	h.Set("Cache-Control", cache)
	h.Set("Vary", "Cookie, Authorization")
	control := http.NewResponseController(w)
	http.ServeContent(w, r, "", time.Time{}, &paced{file, control})
	control.SetWriteDeadline(time.Time{}) // the connection outlives this request
	return nil
}

// sendPatience is how long a phone may take to accept the next piece of a file.
const sendPatience = time.Minute

// paced gives a slow reader as long as it needs, but nobody forever.
type paced struct {
	io.ReadSeeker
	control *http.ResponseController
}

func (p *paced) Read(buf []byte) (int, error) {
	n, err := p.ReadSeeker.Read(buf)
	p.control.SetWriteDeadline(time.Now().Add(sendPatience))
	return n, err
}
