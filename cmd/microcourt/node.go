package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"microcourt/api"
	"microcourt/cmd/microcourt/demo"
	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/hub/push"
	"microcourt/hub/relay"
	"microcourt/rtc"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/web"
)

// node is one running server: the record, the hub and the listeners. stop ends it in the order that breaks nothing off.
type node struct {
	c   *serveCmd
	s   settings
	log *slog.Logger

	lock    *os.File // held as long as this process serves an SQLite record
	store   *store.Store
	place   *store.NodePlace
	blobs   blob.Store
	files   *store.Files
	sealing *store.Sealing
	hub     *hub.Hub
	media   *rtc.Server // nil: no hearings by video
	tls     *tls.Config // once it was read for the relay of media

	server, admin *http.Server
	address       net.Addr

	draining atomic.Bool
	failed   chan error // why the node can't go on; at most one counts

	background sync.WaitGroup // sweeper, sealing and listeners
	quit       context.CancelFunc
}

// startNode opens everything and begins to serve. If a part can't be opened, those that were are closed again.
func startNode(ctx context.Context, c *serveCmd, s settings, log *slog.Logger) (*node, error) {
	n := &node{c: c, s: s, log: log, failed: make(chan error, 4), quit: func() {}}
	if err := n.open(ctx); err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (n *node) open(ctx context.Context) error {
	if files := raiseFileLimit(); files < 4096 {
		n.log.Warn("few connections are possible: this process may open few files only; raise its limit (ulimit -n)", "files", files)
	}
	metrics := newMetrics()
	if err := n.openRecord(ctx, metrics); err != nil {
		return err
	}
	if err := n.openHub(ctx); err != nil {
		return err
	}
	if err := n.openSealing(ctx); err != nil {
		return err
	}
	metrics.watch(n)
	a, err := n.api(metrics)
	if err != nil {
		return err
	}
	return n.listen(a, metrics)
}

// openRecord opens the record, filled with the demonstration where that is wanted.
func (n *node) openRecord(ctx context.Context, m *metrics) error {
	cfg, err := n.c.config(n.log)
	if err != nil {
		return err
	}
	if !store.IsPostgreSQL(cfg.Database) {
		if n.lock, err = lockFile(cfg.Database + ".serve"); err != nil {
			return err
		}
	}
	if err := n.openBlobs(ctx); err != nil {
		return err
	}
	if n.c.Demo {
		if err := demo.Seed(ctx, cfg, n.blobs); err != nil {
			return err
		}
	}
	if n.store, err = store.Open(ctx, cfg); err != nil {
		return err
	}
	n.store.SetMetrics(store.Metrics{Commits: m.commit})
	return nil
}

// openBlobs opens the place where files lie.
func (n *node) openBlobs(ctx context.Context) (err error) {
	n.blobs, err = blob.Open(ctx, blob.Config{Place: n.s.blobs, AccessKey: n.c.S3.AccessKey, Secret: n.s.s3Secret, Temp: ""})
	if err != nil {
		return fmt.Errorf("the files can't be reached: %w; see --blobs", err)
	}
	return nil
}

func (n *node) openHub(ctx context.Context) error {
	var err error
	if n.place, err = n.store.TakeNodePlace(ctx, n.blobs.Shared()); err != nil {
		return err
	}
	accounts, err := n.c.accounts(n.s, n.log)
	if err != nil {
		return err
	}
	if accounts.SMS == nil && !n.c.Demo {
		n.log.Warn("nobody can sign in by phone: text messages are not set up; see --sms-url")
	}
	notices, err := n.c.notices()
	if err != nil {
		return err
	}
	if added := notices.Complete(); len(added) > 0 {
		n.log.Warn("the court's file of notices lacks some, for which the built-in wording is used; add them when the court has approved them", "file", n.c.Notices, "notices", added)
	}
	if !paper.Available() {
		n.log.Warn("no documents can be made as PDF: the program was built without fonts; `make build` embeds them")
	}
	figures, err := n.c.figures()
	if err != nil {
		return err
	}
	cfg := hub.Config{Store: n.store, Notices: notices, Figures: figures, Payments: n.s.payments, Log: n.log, Version: fullVersion(), Accounts: accounts, Identity: n.s.identity, CaseSource: n.s.caseSource, Filing: n.s.filing, HearingCodeAge: n.c.HearingCodeAge}
	if n.c.Redis != "" {
		r, err := relay.Open(n.c.Redis, n.store.Installation(), n.log, hub.EveryNode)
		if err != nil {
			return fmt.Errorf("--redis: %w", err)
		}
		cfg.Relay = r
	}
	if n.c.Push != "off" {
		key, err := push.OpenKey(n.c.pushKeyFile())
		if err != nil {
			return fmt.Errorf("%w; see --push-key-file", err)
		}
		if changed, err := n.store.TakePushKey(ctx, key.Public); err != nil {
			return err
		} else if changed {
			n.log.Warn("the key for push messages is another one than before: browsers have to subscribe anew; give all nodes the same --push-key-file", "file", n.c.pushKeyFile())
		}
		cfg.Push = push.NewSender(key, cmp.Or(n.s.pushContact, "https://localhost"), n.c.Push == "local")
	}
	if err := n.openMedia(); err != nil {
		return err
	}
	if n.media != nil {
		cfg.Media, cfg.Recordings, cfg.DiskLow = hub.LocalMedia{Server: n.media}, filepath.Join(n.c.Data, "recordings"), int64(n.c.Media.DiskLow)<<30
	}
	n.files = store.NewFiles(n.store, n.blobs, store.FilesConfig{Log: n.log})
	cfg.Files = n.files
	n.hub = hub.New(cfg)
	return nil
}

// openSealing takes the key that signs for the record.
func (n *node) openSealing(ctx context.Context) error {
	key, err := store.OpenSealKey(n.c.sealKeyFile(), n.store.Installation())
	if err != nil {
		return fmt.Errorf("%w; see --seal-key-file", err)
	}
	n.sealing = store.NewSealing(n.store, store.SealingConfig{Key: key, Every: n.c.Seal.Every, Witnesses: n.s.witnesses, Log: n.log})
	if n.c.Seal.NewKey {
		if err := n.sealing.TakeNewKey(ctx); err != nil {
			return err
		}
	}
	return n.sealing.Check(ctx)
}

func (n *node) api(m *metrics) (*api.API, error) {
	limits := n.files.Limits()
	return api.New(api.Config{
		Hub: n.hub, Store: n.store, Pages: web.Dist(), Log: n.log,
		Court: n.s.court, Version: fullVersion(), Demo: n.c.Demo, DemoPeople: n.c.demoPeople(), Links: n.s.links,
		Limits:         api.Limits{ImageBytes: limits.Image, VideoBytes: limits.Video, FileBytes: limits.File},
		TrustedProxies: n.s.proxies, ImportToken: n.s.importToken,
		Ready: map[string]api.Pinger{"database": n.store, "serving": (*serving)(n)}, Observe: m.request,
	})
}

// handler answers what comes by HTTP.
func (n *node) handler(a *api.API) http.Handler {
	if n.c.TLS == "auto" || n.c.TLSCert != "" {
		return secureOnly(a.Handler())
	}
	return a.Handler()
}

// serving is not ready as soon as the node stops, so that load balancers send nobody here any more.
type serving node

// errDraining is what /readyz logs of a node that stops.
var errDraining = errors.New("this node is stopping")

func (s *serving) Ping(context.Context) error {
	if s.draining.Load() {
		return errDraining
	}
	return nil
}

// listen opens the listeners and serves on them.
func (n *node) listen(a *api.API, m *metrics) error {
	tlsConfig := n.tls
	if tlsConfig == nil {
		var err error
		if tlsConfig, err = n.c.tlsConfig(n.c.Data); err != nil {
			return err
		}
	}
	if n.s.adminListen != "" {
		l, err := listenOn("--admin-listen", n.s.adminListen)
		if err != nil {
			return err
		}
		n.admin = newServer(m.adminHandler(n), n.log)
		n.serve(n.admin, func() error { return n.admin.Serve(l) })
	}
	l, err := listenOn("--listen", n.s.listen)
	if err != nil {
		return err
	}
	n.address = l.Addr()
	n.server = newServer(n.handler(a), n.log)
	n.server.TLSConfig = tlsConfig
	n.serve(n.server, func() error {
		if tlsConfig != nil {
			return n.server.ServeTLS(l, "", "")
		}
		return n.server.Serve(a.Front(l))
	})
	ctx, cancel := context.WithCancel(context.Background())
	n.quit = cancel
	n.background.Go(func() { store.NewSweeper(n.files).Run(ctx) })
	n.background.Go(func() { n.sealing.Run(ctx) })
	n.background.Go(func() { n.watchPlace(ctx) })
	return nil
}

func listenOn(flag, address string) (net.Listener, error) {
	l, err := api.Listen(address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program: stop that one, or choose another with %s", address, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return l, nil
}

// newServer sets the bounds within which a client has to say what it wants. Bodies and answers have bounds of their own in package api.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

func (n *node) serve(server *http.Server, run func() error) {
	n.background.Go(func() {
		if err := run(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			n.failed <- err
		}
	})
}

// watchPlace ends the node when another one has taken its place on the database.
func (n *node) watchPlace(ctx context.Context) {
	select {
	case err := <-n.place.Lost():
		n.failed <- err
	case <-ctx.Done():
	}
}

// urls are what people open: the public address, or those under which this machine can be reached.
func (n *node) urls() []string {
	if n.s.publicURL != "" {
		return []string{n.s.publicURL}
	}
	scheme := "http"
	if n.c.tlsFlags.on() {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(n.address.String())
	listened := net.ParseIP(host)
	if listened == nil || !listened.IsUnspecified() {
		return []string{scheme + "://" + n.address.String()}
	}
	var all []string
	_, addresses := ownNames()
	for _, ip := range addresses {
		if listened.To4() != nil && ip.To4() == nil {
			continue // this machine listens on IPv4 only
		}
		all = append(all, scheme+"://"+net.JoinHostPort(ip.String(), port))
	}
	return all
}

// stop lets everybody go within the drain timeout: /readyz says no, sockets are told to come back elsewhere, requests that run are answered.
// What then still holds on is cut off; nothing acknowledged can be lost by it.
func (n *node) stop() error {
	n.log.Info("stopping", "within", n.c.DrainTimeout)
	n.draining.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), n.c.DrainTimeout)
	defer cancel()
	n.hub.Drain(ctx)
	if err := n.server.Shutdown(ctx); err != nil {
		n.log.Warn("requests were cut off", "err", err)
	}
	err := n.close()
	n.log.Info("stopped")
	return err
}

// close closes what is open, in the reverse order of opening.
func (n *node) close() error {
	var errs []error
	for _, server := range []*http.Server{n.server, n.admin} {
		if server != nil {
			server.Close()
		}
	}
	n.quit()
	n.background.Wait()
	if n.hub != nil {
		n.hub.Close()
	}
	if n.media != nil {
		errs = append(errs, n.media.Close())
	}
	if n.files != nil {
		n.files.Close()
	}
	if n.place != nil {
		n.place.Release()
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.lock != nil {
		errs = append(errs, n.lock.Close())
	}
	return errors.Join(errs...)
}

// lockFile makes sure that one process at a time serves an SQLite record: two would not see each other's events. The lock goes with the
// process, however that ends.
func lockFile(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another microcourt serves this record (%s): stop it, or choose another folder with --data", path)
		}
		return nil, err
	}
	return f, nil
}

// raiseFileLimit lets this process open as many files as it may at most, and says how many: each connection is one.
func raiseFileLimit() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	if limit.Cur < limit.Max {
		raised := syscall.Rlimit{Cur: limit.Max, Max: limit.Max}
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised); err == nil {
			return raised.Cur
		}
	}
	return limit.Cur
}
