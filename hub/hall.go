package hub

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"

	"microcourt/rtc"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

const (
	// hallPoll is how often a hall looks into the record though it has heard of nothing new.
	hallPoll = 2 * time.Second
	// usualDrop is long enough to change from Wi-Fi to mobile.
	usualDrop = 12 * time.Second
	// hallKept is how long a hall without anybody is kept.
	hallKept = 30 * time.Second
	// maxPairs is how many others one sees and hears at a time, and fewPairs how many at least one is offered to.
	maxPairs, fewPairs = 11, 3
	// watchedPairs is how many others an observer sees and hears at a time.
	watchedPairs = 3
)

// hall is the live side of one hearing: who is connected, and what each may do as the record has it. One goroutine of its own reads the record whenever something has happened in
// the hearing, and carries the rights to the media; it needs no state of its own beside that, so that a lost message costs two seconds and no more.
type hall struct {
	hub         *Hub
	id          string
	caseID      string
	wake, ended chan struct{}
	post        chan struct{} // something was posted
	recording   hallRecording

	mu    sync.Mutex
	seats map[string]*hallSeat
	state *hearing.State
	empty time.Time    // since when nobody is here
	view  *viewMessage // how what is shown is looked at; nil: as it comes
	// where there are several nodes:
	home    string         // the node that carries the media; "" where it isn't known
	settled time.Time      // when that was last found out
	posted  []*hallMessage // by other nodes
	broke   *hallBreak     // that isn't over

	settling sync.Mutex // held while the home is looked for; before mu
}

// hallSeat is somebody's connection to a hearing: a socket for signalling, and media. Either can be away for a while.
type hallSeat struct {
	hall  *hall
	id    string
	media MediaSeat
	// watches: an observer, who has no seat in the hearing's state and sends nothing.
	watches bool

	// guarded by hall.mu
	conn   *conn     // nil while the socket is away, or on another node
	node   string    // that other node
	flows  bool      // media do
	flowed int64     // since when, Unix milliseconds
	gone   time.Time // since when something of it is away; zero while all is well
	alarms []string  // what it was told of since it came; nil: nothing yet
	// of what is shown:
	saw, behind bool         // it saw it at the last look; and hasn't been told of the newest view
	leads       *viewMessage // how it has everybody look at it
	led         time.Time    // when that was last told
	due         bool         // it will be, soon
}

// hallOf gives the hall of a hearing, making it where there is none.
func (h *Hub) hallOf(caseID, id string) *hall {
	h.mu.Lock()
	defer h.mu.Unlock()
	x := h.halls[id]
	if x == nil {
		x = &hall{hub: h, id: id, caseID: caseID, wake: make(chan struct{}, 1), post: make(chan struct{}, 1), ended: make(chan struct{}), seats: map[string]*hallSeat{}, empty: h.now()}
		h.halls[id] = x
		h.background.Go(x.run)
	}
	return x
}

// changesHearing reports whether events of that kind can change what somebody may do in a hearing.
func changesHearing(kind court.Kind) bool {
	switch kind {
	case court.KindNoticeAccepted, court.KindCaseChanged, court.KindStagesTransferred, court.KindApplicationAnswered:
		return true
	}
	return strings.HasPrefix(string(kind), "hearing_")
}

// stirHalls wakes the halls of hearings in a case in which something has happened; with no case all, where somebody's rights have changed.
func (h *Hub) stirHalls(caseID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, x := range h.halls {
		if caseID == "" || x.caseID == caseID {
			x.stir()
		}
	}
}

func (x *hall) stir() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// run is the hall's goroutine. It ends when the hearing is over, when nobody has been here for a while, or with the hub.
func (x *hall) run() {
	defer x.end()
	poll := hallPoll
	if x.hub.relay != nil {
		poll = hallPollTogether
	}
	look := time.NewTicker(poll)
	defer look.Stop()
	for {
		posted := false
		select {
		case <-x.hub.stop:
			return
		case <-x.post:
			posted = true
		case <-x.wake:
		case <-look.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		over := false
		if posted {
			x.takePosted(ctx)
		} else {
			over = x.refresh(ctx)
		}
		cancel()
		if over {
			return
		}
	}
}

// end lets everybody go.
func (x *hall) end() {
	x.hub.mu.Lock()
	if x.hub.halls[x.id] == x {
		delete(x.hub.halls, x.id)
	}
	x.hub.mu.Unlock()
	if x.recording.part != 0 { // the program stops
		x.endPart(hearing.RecordingStopped, nil)
	}
	if x.hub.media != nil {
		x.hub.media.End(x.id)
	}
	x.leaveHome()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, s := range x.seats {
		s.tellLocked(hearingMessage{T: "hearing", Hearing: x.id, Ended: true})
	}
	x.seats = map[string]*hallSeat{}
	close(x.ended)
}

// refresh takes over what the record says. It reports whether the hall has nothing more to do.
func (x *hall) refresh(ctx context.Context) (over bool) {
	st, err := x.hub.hearingIn(ctx, x.caseID, x.id)
	if err != nil {
		if !errors.Is(err, court.ErrNotFound) {
			x.hub.log.Warn("read a hearing", "err", err)
			return false
		}
		return true
	}
	mine := x.settle(ctx)
	if mine {
		x.stopRecording(ctx, st)
	}
	if st.Status.Over() {
		return true
	}
	if mode := x.hub.leaving.Load(); mine && x.hub.relay != nil && (mode == leavingNow || mode == leavingRest && !st.Sits()) && x.moveOff(ctx, st) {
		x.stir()
		return false
	}
	watching, err := x.watching(ctx)
	if err != nil {
		x.hub.log.Warn("read who watches a hearing", "err", err)
		return false
	}
	may := permissionsOf(st)
	for id := range watching {
		may[id] = rtc.Permissions{Receive: hearing.Observer(st).Receive}
	}
	if mine {
		x.hub.media.Permit(x.id, may)
		x.startRecording(ctx, st)
	}
	now := x.hub.now()
	x.mu.Lock()
	changed := x.state == nil || !reflect.DeepEqual(x.state, st)
	x.state = st
	var lost []string
	var out []MediaSeat
	for i := range st.Seats {
		p := &st.Seats[i]
		s := x.seats[p.ID]
		switch {
		case s == nil && p.Presence.Here() && mine: // another node's, or from before this one was started
			s = &hallSeat{hall: x, id: p.ID, gone: now}
			x.seats[p.ID] = s
		case s == nil:
		case !p.Presence.Here() && p.Presence != hearing.Dropped:
			if s.media != nil {
				out = append(out, s.media)
			}
			s.tellLocked(hearingMessage{T: "hearing", Hearing: x.id, Ended: true})
			delete(x.seats, p.ID)
		case p.Presence.Here() && x.lostLocked(s, now):
			lost = append(lost, p.ID)
		}
	}
	for _, s := range x.seats {
		switch {
		case s.watches && !watching[s.id]:
			if s.media != nil {
				out = append(out, s.media)
			}
			s.tellLocked(hearingMessage{T: "hearing", Hearing: x.id, Ended: true})
			delete(x.seats, s.id)
			continue
		case s.watches && x.lostLocked(s, now):
			lost = append(lost, s.id)
		}
		if changed {
			s.tellLocked(hearingMessage{T: "hearing", Hearing: x.id})
		}
	}
	x.viewLocked()
	if mine {
		x.alarmLocked(st, x.alarms(st))
	}
	over = x.idleLocked(now)
	x.mu.Unlock()
	for _, m := range out {
		m.Leave()
	}
	if !mine {
		return over
	}
	x.noteBreak(ctx, st)
	for _, id := range lost {
		if _, err := Do(ctx, x.hub, Server(), DropSeat{Hearing: x.id, Seat: id}); err != nil {
			x.hub.log.Warn("note a lost connection", "err", err)
			continue
		}
		x.remove(id)
	}
	return over
}

// lostLocked reports whether something of a seat is away for so long that it counts as cut off.
func (x *hall) lostLocked(s *hallSeat, now time.Time) bool {
	return !s.gone.IsZero() && now.Sub(s.gone) > cmp.Or(x.hub.pacing.Drop, usualDrop)
}

// watching gives the observers who watch as the record has it, where somebody does here.
func (x *hall) watching(ctx context.Context) (map[string]bool, error) {
	x.mu.Lock()
	some := false
	for _, s := range x.seats {
		some = some || s.watches
	}
	x.mu.Unlock()
	if !some {
		return nil, nil
	}
	return x.hub.store.Watching(ctx, x.id)
}

// idleLocked reports whether nobody has been here for long.
func (x *hall) idleLocked(now time.Time) bool {
	for range x.seats {
		x.empty = time.Time{}
		return false
	}
	if x.empty.IsZero() {
		x.empty = now
	}
	return now.Sub(x.empty) > hallKept
}

// remove takes out a seat whose connection was lost for good.
func (x *hall) remove(id string) {
	x.mu.Lock()
	s := x.seats[id]
	delete(x.seats, id)
	x.mu.Unlock()
	if s != nil && s.media != nil {
		s.media.Leave()
	}
}

// permissionsOf gives what the media let each seat do.
func permissionsOf(st *hearing.State) map[string]rtc.Permissions {
	may := make(map[string]rtc.Permissions, len(st.Seats))
	for i := range st.Seats {
		may[st.Seats[i].ID] = permissionOf(st, &st.Seats[i])
	}
	return may
}

// permissionOf adds to the rights of the seat how the lobby works: who waits is seen by the court alone, and heard by it while the hearing doesn't sit; the court's
// own people see and hear each other before it does.
func permissionOf(st *hearing.State, p *hearing.Seat) rtc.Permissions {
	r := hearing.Permissions(st, p.ID)
	may := rtc.Permissions{Receive: r.Receive, Audio: r.SendAudio, Video: r.SendVideo, Screen: r.SendScreen, First: p.Floor || p.ID == st.Presiding}
	switch {
	case r.Lobby:
		may = rtc.Permissions{Audio: !st.Sits(), Video: true, Waits: true}
	case p.Role.OfCourt() && p.Presence == hearing.Admitted && !p.Gone && st.Status.Entered() && !(st.Consults && p.Role != hearing.Judge):
		may.Hosts, may.Receive = true, true
		if !st.Sits() {
			may.Audio, may.Video, may.Waits = !p.Muted, !p.Stopped, true
		}
	}
	return may
}

// join connects a seat: anew, or after an interruption with its slots as they were.
func (x *hall) join(ctx context.Context, c *conn, seat string, watches, again bool) error {
	x.locate(ctx)
	return x.take(c, "", seat, watches, again)
}

// take connects a seat to a socket, of this node or of another one.
func (x *hall) take(c *conn, node, seat string, watches, again bool) error {
	x.mu.Lock()
	s := x.seats[seat]
	if s == nil {
		s = &hallSeat{hall: x, id: seat, watches: watches}
		x.seats[seat] = s
	}
	if s.conn != nil && s.conn != c || s.node != "" && s.node != node {
		s.tellLocked(hearingMessage{T: "hearing", Hearing: x.id, Taken: true})
	}
	s.conn, s.node, s.alarms, s.saw = c, node, nil, false
	s.goneLocked(x.hub.now())
	x.mu.Unlock()
	x.stir()
	return x.connect(s, again)
}

// connect brings a seat to its media, here or at the hearing's home.
func (x *hall) connect(s *hallSeat, again bool) error {
	x.mu.Lock()
	if x.hub.relay != nil && x.home == "" {
		x.mu.Unlock()
		return errNoHome
	}
	if x.hub.relay != nil && x.home != x.hub.node {
		far := farSeat{x.hub, x.home, x.id, s.id}
		s.media = far
		x.mu.Unlock()
		far.tell(hallMessage{Op: "join", Case: x.caseID, Watches: s.watches, Again: again})
		return nil
	}
	media, watches := s.media, s.watches
	pairs := fewPairs
	if x.state != nil {
		pairs = min(max(len(x.state.Seats), fewPairs), maxPairs)
	}
	x.mu.Unlock()
	if again && media != nil {
		return media.Resume(s)
	}
	role := rtc.Role{Sends: true, Pairs: pairs}
	if watches {
		role = rtc.Role{Pairs: watchedPairs}
	}
	m, err := x.hub.media.Join(x.id, s.id, role, s)
	if err != nil {
		return err
	}
	x.mu.Lock()
	s.media = m
	x.mu.Unlock()
	return nil
}

// seatOf gives the seat that a connection holds here.
func (x *hall) seatOf(c *conn) *hallSeat {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, s := range x.seats {
		if s.conn == c {
			return s
		}
	}
	return nil
}

// leaveHalls lets go of the seats of a connection that has ended. Their media flow on for a while, but not when the session has ended.
func (h *Hub) leaveHalls(c *conn) {
	c.mu.Lock()
	signedOut := c.closing == closeSignedOut
	c.mu.Unlock()
	h.mu.Lock()
	var all []*hall
	for _, x := range h.halls {
		all = append(all, x)
	}
	h.mu.Unlock()
	for _, x := range all {
		if s := x.seatOf(c); s != nil {
			x.mu.Lock()
			if s.conn == c {
				s.conn = nil
				s.goneLocked(h.now())
			}
			media := s.media
			x.mu.Unlock()
			if far, ok := media.(farSeat); ok {
				far.tell(hallMessage{Op: "away"})
				x.mu.Lock()
				if x.seats[s.id] == s && s.conn == nil && x.home != h.node { // the home waits for it
					delete(x.seats, s.id)
				}
				x.mu.Unlock()
			}
			if signedOut && media != nil {
				media.Leave()
			}
		}
	}
}
