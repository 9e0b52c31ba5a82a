package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"microcourt/hub"
	"microcourt/store/court"
)

// newTus makes tusd's side of uploads: sending bytes and saying how many have arrived. Creating and ending uploads,
// and who may, is ours.
func newTus(space hub.UploadSpace) (*handler.UnroutedHandler, error) {
	composer := handler.NewStoreComposer()
	composer.UseCore(space.Transfers)
	composer.UseLocker(patientLocks{space.Locks})
	return handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer,
		Cors:          &handler.CorsConfig{Disable: true},
		// Requests are logged by us, without paths; what fails reaches the log through tusAnswer.
		Logger: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 100})),
	})
}

// serveTus hands a request about an upload to tusd under the name that the file store knows, and gives the status of the
// answer.
func (a *API) serveTus(w http.ResponseWriter, r *http.Request, method, transfer string, serve http.HandlerFunc) int {
	inner := r.Clone(r.Context())
	inner.Method = method
	inner.URL.Path = "/" + transfer
	if method == http.MethodPatch {
		body := &begunBody{ReadCloser: inner.Body}
		inner.Body = body
		inner = inner.WithContext(context.WithValue(inner.Context(), begunKey{}, body))
	}
	inner.Header.Del("Upload-Length") // of a creation with upload; in a PATCH it would mean something else
	answer := &tusAnswer{ResponseWriter: w, api: a, r: r}
	a.tus.Middleware(serve).ServeHTTP(answer, inner)
	// tusd sets deadlines on the connection, which outlives this request.
	http.NewResponseController(w).SetWriteDeadline(time.Time{})
	answer.end()
	return answer.status
}

// tusAnswer turns tusd's errors into ours and lets everything else through.
type tusAnswer struct {
	http.ResponseWriter
	api    *API
	r      *http.Request
	status int
	reason bytes.Buffer // tusd's own words for an error
}

// Unwrap lets tusd set deadlines on the connection.
func (t *tusAnswer) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *tusAnswer) WriteHeader(status int) {
	if t.status != 0 {
		return
	}
	t.status = status
	if status >= 400 {
		return // end writes it
	}
	if t.r.Method == http.MethodPost && status == http.StatusNoContent {
		t.status = http.StatusCreated
	}
	t.ResponseWriter.WriteHeader(t.status)
}

func (t *tusAnswer) Write(p []byte) (int, error) {
	if t.status >= 400 {
		return t.reason.Write(p)
	}
	return t.ResponseWriter.Write(p)
}

// end answers with an error if there was one. The status stays tusd's: tus clients go by it.
func (t *tusAnswer) end() {
	if t.status < 400 {
		return
	}
	e := court.ErrInvalid
	switch {
	case t.status == http.StatusNotFound || t.status == http.StatusGone:
		e = court.ErrNotFound
	case t.status == http.StatusConflict:
		e = e.In("Upload-Offset")
	case t.status == http.StatusPreconditionFailed:
		e = e.In("Tus-Resumable")
	case t.status == http.StatusRequestEntityTooLarge:
		e = court.ErrTooLarge
	case t.status == http.StatusLocked:
		e = court.ErrUnavailable
	case t.status >= 500:
		e = court.ErrUnavailable
		t.api.log.ErrorContext(t.r.Context(), "an upload was interrupted", "reason", t.reason.String(), "request", requestOf(t.r.Context()).id)
	}
	t.api.refuseAs(t.ResponseWriter, t.r, t.status, e)
}

// refuseAs answers with an error under a status that a protocol other than ours wants.
func (a *API) refuseAs(w http.ResponseWriter, r *http.Request, status int, e *court.Error) {
	h := w.Header()
	h.Del("Content-Length")
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		json.NewEncoder(w).Encode(newProblem(e, requestOf(r.Context()).lang))
	}
}
