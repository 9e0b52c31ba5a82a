package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"microcourt/hub"
	"microcourt/store/court"
)

// readShown answers a guest of a hearing with the page that is shown, as long as it is.
func (a *API) readShown(w http.ResponseWriter, r *http.Request) error {
	page, err := strconv.Atoi(chi.URLParam(r, "page"))
	if err != nil {
		return court.ErrNotFound
	}
	file, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.ReadShown{Hearing: chi.URLParam(r, "hearing"), Exhibit: chi.URLParam(r, "exhibit"), Page: page})
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Watermark", file.Watermark)
	h.Set("Cache-Control", "private, no-store") // nothing of it stays when the showing ends
	h.Set("Vary", "Cookie, Authorization")
	control := http.NewResponseController(w)
	http.ServeContent(w, r, "", time.Time{}, &paced{file, control})
	control.SetWriteDeadline(time.Time{}) // the connection outlives this request
	return nil
}
