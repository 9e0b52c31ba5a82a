package hub_test

import (
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/hub/relay"
	"microcourt/rtc"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/storetest"
)

// carrier stands for the media of one node: it notes who is connected, and says that media flow as soon as a seat is.
type carrier struct {
	mu    sync.Mutex
	ways  int
	seats map[string][]string // by hearing
}

func (c *carrier) Join(hearing, seat string, _ rtc.Role, to rtc.Signaller) (hub.MediaSeat, error) {
	c.mu.Lock()
	c.seats[hearing] = append(c.seats[hearing], seat)
	c.mu.Unlock()
	go to.Connected(true) // as media would, a little later; it takes the hall's lock
	return carried{}, nil
}

func (c *carrier) Permit(string, map[string]rtc.Permissions) {}
func (c *carrier) Record(string, string, func(error)) error  { return nil }
func (c *carrier) StopRecording(string) (none *rtc.Recorded) { return none }
func (c *carrier) Ways() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ways
}

func (c *carrier) End(hearing string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seats, hearing)
}

func (c *carrier) set(ways int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ways = ways
}

func (c *carrier) carries(hearing string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seats[hearing])
}

type carried struct{}

func (carried) Answer(int, string) error   { return nil }
func (carried) Resume(rtc.Signaller) error { return nil }
func (carried) Restart() error             { return nil }
func (carried) Wish(map[string]rtc.Layer)  {}
func (carried) Leave()                     {}

// halls are nodes of one record whose media are carriers.
type halls struct {
	*storetest.World
	t     *testing.T
	nodes []*node
	media []*carrier
	files *store.Files // of the first node
}

// newHalls starts so many nodes; the last one has no media.
func newHalls(t *testing.T, nodes, cases int) *halls {
	t.Helper()
	cfg := storetest.Config(t, store.PostgreSQL)
	redisURL := storetest.Redis(t)
	blobs, err := blob.Open(t.Context(), blob.Config{Place: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	x := &halls{t: t}
	for i := range nodes {
		s := storetest.OpenConfig(t, cfg)
		if i == 0 {
			x.World = storetest.NewWorld(t, s, cases)
		}
		r, err := relay.Open(redisURL, s.Installation(), slog.New(slog.DiscardHandler), hub.EveryNode)
		if err != nil {
			t.Fatal(err)
		}
		c := &carrier{seats: map[string][]string{}}
		x.media = append(x.media, c)
		files := store.NewFiles(s, blobs, store.FilesConfig{})
		t.Cleanup(files.Close)
		if i == 0 {
			x.files = files
		}
		of := hub.Config{Store: s, Files: files, Relay: r, Version: "test", Media: c, Recordings: t.TempDir()}
		if i == nodes-1 {
			of.Media, of.Recordings = nil, ""
		}
		x.nodes = append(x.nodes, startNodeWith(t, of))
	}
	return x
}

// held opens a hearing of a case into which the judge has come; with start it sits.
func (x *halls) held(caseID string, start bool) (id string) {
	x.t.Helper()
	h := x.nodes[0].hub
	clerk, judge := actorOf(x.Seats["clerk"]), actorOf(x.Seats["judge"])
	checklist := map[hearing.Question]bool{}
	for _, q := range hearing.Questions {
		checklist[q] = false
	}
	ctx := x.t.Context()
	ok := func(err error) {
		x.t.Helper()
		if err != nil {
			x.t.Fatal(err)
		}
	}
	_, err := hub.Do(ctx, h, clerk, hub.ScheduleHearing{CaseID: caseID, ID: store.NewID(), Hearing: store.NewHearing{Title: "开庭", Type: hearing.Trial, Mode: hearing.Synchronous,
		At: time.Now().Add(5 * 24 * time.Hour).UnixMilli(), Minutes: 90, Public: true, Checklist: checklist}})
	ok(err)
	list, err := hub.Do(ctx, h, clerk, hub.ListHearings{CaseID: caseID})
	ok(err)
	id = list[0].ID
	_, err = hub.Do(ctx, h, clerk, hub.OpenHearing{CaseID: caseID, ID: store.NewID(), Hearing: id})
	ok(err)
	for _, who := range []hub.Actor{judge, clerk} {
		_, err = hub.Do(ctx, h, who, hub.EnterHearing{CaseID: caseID, ID: store.NewID(), Hearing: id})
		ok(err)
	}
	if start {
		_, err = hub.Do(ctx, h, judge, hub.StepHearing{CaseID: caseID, ID: store.NewID(), Hearing: id, Step: "start"})
		ok(err)
	}
	return id
}

// takes has somebody take a seat by a node.
func (x *halls) takes(who string, n *node, caseID, id string) *hubtest.Phone {
	x.t.Helper()
	p := dial(x.t, n, x.Seats[who])
	if a := p.Ask(`"t":"hearing_join","case":"` + caseID + `","hearing":"` + id + `"`); a.T != "ack" {
		x.t.Fatalf("%s can't take the seat: %s", who, a.Raw)
	}
	return p
}

func (x *halls) until(what string, is func() bool) {
	x.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			x.t.Fatalf("not within 20 s: %s", what)
		}
	}
}

// homes are the nodes that carry a hearing.
func (x *halls) homes(id string) (all []int) {
	for i, c := range x.media {
		if c.carries(id) > 0 {
			all = append(all, i)
		}
	}
	return all
}

// events gives the events of a kind in a case's room.
func (x *halls) events(caseID string, kind court.Kind) (all []court.Event) {
	x.t.Helper()
	events, _, err := x.Store.Events(x.t.Context(), caseID, court.RoomThread, 1, store.Page{Limit: 200})
	if err != nil {
		x.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == kind {
			all = append(all, e)
		}
	}
	return all
}

// TestAHearingLivesOnTheLeastLoadedNode that has media, wherever its people are connected, and stays there when another one is less loaded; a node that is drained gets none, and hands its own on: those that don't sit at
// once, those that do when it is told so, and the break stands in the record.
func TestAHearingLivesOnTheLeastLoadedNode(t *testing.T) {
	const first, second, bare = 0, 1, 2
	x := newHalls(t, 3, 4)
	known := func(loads ...int) {
		t.Helper()
		for i, ways := range loads {
			x.media[i].set(ways)
		}
		time.Sleep(1200 * time.Millisecond) // each has told the others twice
	}
	known(100, 40)
	sits := x.held(x.Cases[0], true)
	x.takes("judge", x.nodes[bare], x.Cases[0], sits)
	x.takes("clerk", x.nodes[first], x.Cases[0], sits)
	x.until("both are connected", func() bool { return x.media[second].carries(sits) >= 2 })
	known(0, 200)
	if homes := x.homes(sits); !slices.Equal(homes, []int{second}) {
		t.Errorf("it is carried by %v after loads have changed", homes)
	}
	waits := x.held(x.Cases[1], false)
	x.takes("judge", x.nodes[second], x.Cases[1], waits)
	x.until("the next one goes to the other node", func() bool { return slices.Equal(x.homes(waits), []int{first}) })
	known(200, 0)

	x.nodes[second].hub.LeaveHearings(false)
	time.Sleep(1200 * time.Millisecond)
	if homes := x.homes(sits); !slices.Equal(homes, []int{second}) {
		t.Errorf("a hearing that sits has moved to %v", homes)
	}
	next := x.held(x.Cases[2], false)
	x.takes("judge", x.nodes[bare], x.Cases[2], next)
	x.until("a new one goes to a node that isn't drained", func() bool { return slices.Equal(x.homes(next), []int{first}) })
	x.nodes[second].hub.LeaveHearings(true)
	x.until("the one that sits has moved with both", func() bool { return slices.Equal(x.homes(sits), []int{first}) && x.media[first].carries(sits) >= 2 })
	x.until("the break is on record", func() bool { return len(x.events(x.Cases[0], court.KindHearingInterrupted)) == 1 })
	t.Logf("%s", x.events(x.Cases[0], court.KindHearingInterrupted)[0].Body)
	var parts []string
	for _, e := range x.events(x.Cases[0], court.KindHearingRecording) {
		parts = append(parts, string(e.Body))
	}
	if len(parts) < 2 {
		t.Errorf("the recording: %v", parts)
	}

	// What doesn't sit goes at once.
	x.nodes[second].hub.KeepHearings()
	x.nodes[first].hub.LeaveHearings(false)
	x.until("those in the lobby have moved", func() bool {
		return slices.Equal(x.homes(waits), []int{second}) && slices.Equal(x.homes(next), []int{second})
	})
	if homes := x.homes(sits); !slices.Equal(homes, []int{first}) {
		t.Errorf("the one that sits is carried by %v", homes)
	}
	if n := len(x.events(x.Cases[1], court.KindHearingInterrupted)); n != 0 {
		t.Errorf("%d breaks of a hearing that didn't sit", n)
	}
}
