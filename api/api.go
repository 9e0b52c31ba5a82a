// Package api is the door for everything that comes by HTTP: the REST routes with their OpenAPI document, the way
// into the WebSocket, sign-in cookies, and the embedded pages. It decides nothing itself: each route hands an act to
// hub.Do and turns the answer into JSON.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/tus/tusd/v2/pkg/handler"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// Config is what the API needs to serve.
type Config struct {
	Hub   *hub.Hub
	Store *store.Store
	// Pages holds the built page (web.Dist()); nil serves none.
	Pages fs.FS
	Log   *slog.Logger

	Name    string // of the service, "微法庭" when empty
	Court   string // name of the court that runs it
	Version string // of the program

	// Demo tells the page that this is a demonstration; DemoPeople are then shown for signing in.
	Demo       bool
	DemoPeople []DemoPerson
	Limits     Limits
	// Links lead to services outside; the page shows them in this order, and asks before it leaves.
	Links []Link

	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto headers are believed.
	TrustedProxies []netip.Prefix
	// ImportToken is what the court's case system presents as its bearer token; empty refuses it.
	ImportToken string
	// Ready are asked by /readyz, by name.
	Ready map[string]Pinger
	// Observe is told of each request that was answered: the route's pattern ("" for none), status, and how long it took.
	Observe func(method, route string, status int, took time.Duration)
}

// Pinger is an outside part that can say whether it is there: the database, Redis.
type Pinger interface {
	Ping(ctx context.Context) error
}

// DemoPerson is somebody whom a demonstration lets everybody sign in as.
type DemoPerson struct {
	Name     string     `json:"name"`
	Role     court.Role `json:"role"`
	Phone    string     `json:"phone,omitempty"`
	Login    string     `json:"login,omitempty"`
	Password string     `json:"password,omitempty"`
}

// Link is a service outside of this program that the court has chosen.
type Link struct {
	Key  string `json:"key" enum:"enforcement,broadcast,answers,laws"`
	Name string `json:"name,omitempty" doc:"by which people know it"`
	URL  string `json:"url" doc:"https"`
}

// Limits tell the page what it may send, so that it can say no before a long upload. Sizes are bytes.
type Limits struct {
	TextRunes  int   `json:"text_runes"`
	ImageBytes int64 `json:"image_bytes"`
	VideoBytes int64 `json:"video_bytes"`
	FileBytes  int64 `json:"file_bytes"`
	VoiceMS    int64 `json:"voice_ms"`

	Exhibits        int `json:"exhibits" doc:"in one submission"`
	ExhibitPages    int `json:"exhibit_pages" doc:"of one exhibit"`
	SubmissionPages int `json:"submission_pages" doc:"of all exhibits of one submission"`
	OpinionImages   int `json:"opinion_images"`
}

// API serves HTTP. Make it with New.
type API struct {
	cfg    Config
	hub    *hub.Hub
	log    *slog.Logger
	router chi.Router
	huma   huma.API
	tus    *handler.UnroutedHandler // nil where no files are taken in
	routes []RouteInfo
}

// Limits of one request.
const (
	maxBody        = 64 << 10
	maxBodyWait    = 15 * time.Second
	requestTimeout = 30 * time.Second
)

// New makes the API with all its routes.
func New(cfg Config) (*API, error) {
	a := &API{cfg: cfg, hub: cfg.Hub, log: cfg.Log}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.cfg.Name == "" {
		a.cfg.Name = "微法庭"
	}
	a.cfg.Limits.TextRunes, a.cfg.Limits.VoiceMS = court.MaxTextRunes, court.MaxVoiceMS
	a.cfg.Limits.Exhibits, a.cfg.Limits.ExhibitPages, a.cfg.Limits.SubmissionPages = court.MaxExhibits, court.MaxExhibitPages, court.MaxSubmissionPages
	a.cfg.Limits.OpinionImages = court.MaxOpinionImages
	a.router = chi.NewRouter()
	a.router.Use(a.withRequest, a.logged, a.recovered, a.withHeaders, a.authenticated)
	a.router.NotFound(a.notFound)
	a.router.MethodNotAllowed(a.notFound)
	a.huma = humachi.New(a.router, a.humaConfig())
	if err := a.addRoutes(); err != nil {
		return nil, err
	}
	return a, nil
}

// Handler serves everything: API, WebSocket and pages.
func (a *API) Handler() http.Handler { return a.router }
