package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calc"
	"microcourt/store/court/filing"
	"microcourt/store/court/proofing"
)

// Hub holds the live rooms of one node. Lock order: Hub.mu, room.mu, conn.mu; none is held across I/O.
type Hub struct {
	store     *store.Store
	record    Appender
	files     *store.Files
	relay     Relay // nil: this node is alone
	notices   court.Notices
	figures   *calc.Figures
	payments  Payments // nil: nobody can pay online
	filing    FilingConfig
	pleadings *limits[string]
	// filingPrints bounds previews of filings for each person.
	filingPrints *limits[string]
	seatActs     *limits[string] // acts of people's own seats in hearings
	calls        *limits[string] // setting up the media of such seats
	playLimits   *limits[string] // what is audited of playing recordings
	log          *slog.Logger
	version      string
	node         string
	now          func() time.Time
	metrics      *Metrics

	accounts   *accounts
	identities IdentityConfig
	caseSource CaseSource
	refreshes  *limits[string] // of who has the case system asked
	codeAge    time.Duration   // how long a code answered on the phone stands before a hearing
	exports    exports
	counts     pageCounts

	media Media // nil: no hearings by video
	// recordings is the folder in which hearings are recorded; "" for none
	recordings string
	disk       diskWatch
	push       Push // nil: nobody is told by push messages
	pacing     Pacing

	mu       sync.Mutex
	halls    map[string]*hall              // hearings that somebody on this node takes part in
	rooms    map[string]*room              // rooms in which somebody on this node has a seat
	persons  map[string]map[*conn]struct{} // connections by person
	conns    map[*conn]struct{}            // that are open
	parked   map[passKey]*conn             // that have ended just now
	draining bool
	nodes    map[string]nodeNews // what other nodes have said of themselves
	// Changes of rights: how often something was heard of them, and how much of that is not applied yet.
	changes   int64
	unapplied int

	committed *queue[court.Event] // by this node's store, to be delivered
	owed      *queue[*conn]       // connections with answers to flush
	access    *queue[accessNews]  // changes of rights, to be applied
	marks     *queue[store.ReadMark]
	presence  *queue[presenceNews] // rooms in which somebody has come or gone
	used      *queue[string]       // sessions that were used
	news      *queue[news]         // committed by this node, of which people who are away are told
	headConns *queue[*conn]        // connections with heads to send
	deskConns *queue[*conn]        // connections on whose desk something has changed

	leaving atomic.Int32 // what becomes of the hearings that this node carries: staying, leavingRest, leavingNow
	busy    atomic.Bool  // this node's processors are

	printing chan struct{} // one for each document that is being printed
	plays    plays         // of recordings

	stop       chan struct{}
	background sync.WaitGroup // the hub's own goroutines
	readers    sync.WaitGroup // one reading goroutine for each connection
	flushers   sync.WaitGroup
}

// Appender takes what people send over their sockets and says what has come of it. It is the store; only who measures what the
// room costs without a record gives another.
type Appender interface {
	// AppendThen puts a draft on its way: then is told where it stands, once and without blocking, before the event
	// is given to who is set by OnCommit.
	AppendThen(ctx context.Context, d *store.Draft, then func(store.Appended, error))
	OnCommit(func([]court.Event))
}

// Config is what a hub needs.
type Config struct {
	Store    *store.Store
	Record   Appender     // takes what people send; nil means Store
	Files    *store.Files // nil: no files are taken in or given out
	Relay    Relay        // nil for one node alone
	Notices  court.Notices
	Payments Payments      // nil: nobody can pay online
	Figures  *calc.Figures // nil: those that come with the program
	Log      *slog.Logger
	Version  string
	Now      func() time.Time // nil means the machine's clock

	Accounts AccountConfig
	Identity IdentityConfig
	Filing   FilingConfig
	// CaseSource is asked for somebody's cases; nil where the court's case system only brings them.
	CaseSource CaseSource
	// HearingCodeAge is how long ago somebody may have answered a code on its phone when entering a hearing; zero means 2 hours.
	HearingCodeAge time.Duration

	Media Media // nil: no hearings by video
	// Recordings is the folder in which hearings are recorded until their files are taken into the record; "" records nothing.
	Recordings string
	// DiskLow is how many free bytes on that folder's disk are few: from there on judges and clerks in hearings are told. Below a fortieth of it nothing more is recorded, so that the record itself has room. 0: nobody is told, and
	// recording stops when nothing can be written.
	DiskLow int64

	Push   Push // nil: no push messages
	Pacing Pacing
}

// Pacing says how often people who are away are told. What is 0 is as usual.
type Pacing struct {
	Push      time.Duration // news of so long are told together; 2 s
	Quiet     time.Duration // a person hears of one case once in this time; a minute
	Reminders time.Duration // how often reminders by text message are looked for; 30 s
	Drop      time.Duration // how long somebody's connection to a hearing may be away before the record says that it was lost; 12 s
}

// New makes a hub on a store and starts its goroutines; Close ends them.
func New(cfg Config) *Hub {
	h := &Hub{
		store: cfg.Store, record: cfg.Record, files: cfg.Files, relay: cfg.Relay, notices: cfg.Notices, figures: cfg.Figures, payments: cfg.Payments, log: cfg.Log, version: cfg.Version, now: cfg.Now,
		node: newNodeName(), metrics: &Metrics{}, pleadings: newPleadingLimits(), filing: cfg.Filing, filingPrints: newFilingLimits(), seatActs: newLimits[string](rate.Every(seatActsEvery), seatActsBurst), calls: newLimits[string](rate.Every(callsEvery), callsBurst), playLimits: newLimits[string](rate.Every(playsEvery), playsBurst), accounts: newAccounts(cfg.Accounts),
		halls: map[string]*hall{}, rooms: map[string]*room{}, persons: map[string]map[*conn]struct{}{}, conns: map[*conn]struct{}{}, parked: map[passKey]*conn{}, nodes: map[string]nodeNews{},
		printing: make(chan struct{}, maxPrinting), stop: make(chan struct{}),
	}
	if h.filing.Kinds == nil {
		h.filing.Kinds = filing.Default()
	}
	if h.record == nil {
		h.record = cfg.Store
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	if h.notices == nil {
		h.notices = court.DefaultNotices()
	}
	if h.figures == nil {
		h.figures = calc.Default()
	}
	h.committed, h.access, h.marks = newQueue[court.Event](), newQueue[accessNews](), newQueue[store.ReadMark]()
	h.headConns, h.deskConns, h.owed = newQueue[*conn](), newQueue[*conn](), newQueue[*conn]()
	h.presence, h.used, h.news = newQueue[presenceNews](), newQueue[string](), newQueue[news]()
	h.media, h.recordings, h.push, h.pacing = cfg.Media, cfg.Recordings, cfg.Push, cfg.Pacing
	h.disk.dir, h.disk.low = cfg.Recordings, cfg.DiskLow
	h.identities, h.caseSource, h.refreshes = cfg.Identity, cfg.CaseSource, newLimits[string](rate.Every(refreshEvery), refreshBurst)
	h.identities.Second = cmp.Or(h.identities.Second, proofing.SecondTaken)
	h.codeAge = cmp.Or(cfg.HearingCodeAge, usualCodeAge)
	h.record.OnCommit(h.committed.put)
	h.store.OnAccess(func(changes []store.AccessChange) { h.hear(accessNews{changes: changes, local: true}) })
	h.pollAccess(true)
	for _, run := range []func(){h.deliver, h.applyAccess, h.flushMarks, h.tellPresence, h.watchDesks, h.touchUsed, h.keep, h.keepAccounts, h.keepExchanges, h.poll, h.tellAway, h.keepReminders, h.watchDisk, h.takeLeftRecordings, h.keepHalls} {
		h.background.Go(run)
	}
	if h.relay != nil {
		h.relay.Start(h.receive)
		h.relay.Follow(nodeTopic(h.node))
	}
	return h
}

func newNodeName() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Node is this node's name for as long as it runs.
func (h *Hub) Node() string { return h.node }

// Drain refuses new connections, hands on the hearings that this node carries, and tells the connections that are open to come back elsewhere, spread over a second so that
// they don't all knock at once. It returns when all have gone or ctx ends.
func (h *Hub) Drain(ctx context.Context) {
	h.mu.Lock()
	h.draining = true
	open := make([]*conn, 0, len(h.conns))
	for c := range h.conns {
		open = append(open, c)
	}
	h.mu.Unlock()
	h.leaveAll(ctx)
	pause := time.Second / time.Duration(max(len(open), 10))
	for _, c := range open {
		c.close(closeDraining)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
	gone := make(chan struct{})
	go func() { // ends when the last connection does, which Close sees to
		h.readers.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

func (h *Hub) isDraining() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.draining
}

// Close ends all connections and goroutines and waits for them. Read marks that are waiting are written.
func (h *Hub) Close() {
	h.mu.Lock()
	h.draining = true
	for c := range h.conns {
		c.net.Close()
	}
	h.mu.Unlock()
	h.readers.Wait()
	h.flushers.Wait()
	close(h.stop)
	h.background.Wait()
	if h.relay != nil {
		h.relay.Close()
	}
}

// roomOf gives the live room of a case, making it where there is none. The caller holds h.mu.
func (h *Hub) roomOf(caseID string) (r *room, made bool) {
	if r, ok := h.rooms[caseID]; ok {
		return r, false
	}
	r = &room{hub: h, id: caseID, seats: map[*conn]*seat{}}
	h.rooms[caseID] = r
	return r, true
}

// live gives the live room of a case or nil.
func (h *Hub) live(caseID string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[caseID]
}

// liveRooms gives all live rooms.
func (h *Hub) liveRooms() []*room {
	h.mu.Lock()
	defer h.mu.Unlock()
	rooms := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	return rooms
}
