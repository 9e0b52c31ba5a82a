package hub

import (
	"time"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

const (
	// viewEvery is how often at most everybody is told how one person looks at what is shown.
	viewEvery = time.Second / 15
	// viewQueued is how many bytes may wait for a connection that is told of a view: behind more it would come too late to be of use.
	viewQueued = 4 << 10
)

// viewMessage tells how somebody has everybody look at what is shown. It stands in no record, and a lost one is made good by the next.
type viewMessage struct {
	T       string         `json:"t"`
	Hearing string         `json:"hearing"`
	Exhibit string         `json:"exhibit"`
	Page    int            `json:"page"`
	By      string         `json:"by,omitempty"` // "" where it is told to who comes late
	View    *hearing.View  `json:"view,omitempty"`
	Pointer *hearing.Point `json:"pointer,omitempty"`
	since   int64          // of the showing that it was said in: a page that is shown again is seen as a whole
}

// of reports whether that page is what is shown.
func (m *viewMessage) of(st *hearing.State) bool {
	return st.Shown != nil && st.Shown.Exhibit == m.Exhibit && st.Shown.Page == m.Page
}

// lead takes over how a seat looks at what is shown, and tells the others at once, or when it is due. What comes before that takes the place of what waits.
func (x *hall) lead(s *hallSeat, m viewMessage) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.state == nil || !m.of(x.state):
		return court.ErrHearingState
	case !hearing.Leads(x.state, s.id):
		return court.ErrForbidden
	}
	if m.View == nil && x.view != nil && x.view.of(x.state) {
		m.View = x.view.View
	}
	m.T, m.Hearing, m.By, m.since = "hearing_view", x.id, s.id, x.state.Shown.Since
	if m.View != nil {
		x.view = &m
	}
	s.leads = &m
	if s.due {
		return nil
	}
	wait := viewEvery - time.Since(s.led)
	if wait <= 0 {
		x.ledLocked(s)
		return nil
	}
	s.due = true
	time.AfterFunc(wait, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		s.due = false
		if x.seats[s.id] == s && hearing.Leads(x.state, s.id) && s.leads.since == x.state.Shown.Since {
			x.ledLocked(s)
		}
	})
	return nil
}

// ledLocked tells everybody how a seat looks at what is shown.
func (x *hall) ledLocked(s *hallSeat) {
	s.led = time.Now()
	x.viewedLocked(s.leads, x.hub.node)
}

// viewedLocked tells of a view here, and where there are several nodes has the hearing's home tell all others. from is the node it comes from.
func (x *hall) viewedLocked(m *viewMessage, from string) {
	var f frame
	for _, s := range x.seats {
		if s.conn == nil || s.id == m.By || !x.seesLocked(s) {
			continue
		}
		if f == nil {
			f = jsonFrame(m)
		}
		s.behind = !s.conn.offer(f)
	}
	switch {
	case x.hub.relay == nil || x.home == "":
	case x.home == x.hub.node:
		told := map[string]bool{from: true}
		for _, s := range x.seats {
			if s.node != "" && !told[s.node] {
				told[s.node] = true
				x.hub.tellNode(s.node, hallMessage{Op: "view", Hearing: x.id, View: m})
			}
		}
	case from == x.hub.node:
		x.hub.tellNode(x.home, hallMessage{Op: "view", Hearing: x.id, View: m})
	}
}

// takeView takes a view from another node: at home from where somebody leads, elsewhere from the home.
func (x *hall) takeView(from string, m *viewMessage) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if m == nil || x.home != x.hub.node && x.home != from || x.state == nil || !m.of(x.state) {
		return
	}
	m.since = x.state.Shown.Since
	if m.View != nil {
		x.view = m
	}
	x.viewedLocked(m, from)
}

// seesLocked reports whether somebody sees what is shown.
func (x *hall) seesLocked(s *hallSeat) bool {
	switch {
	case x.state == nil:
		return false
	case s.watches:
		return hearing.Observed(x.state)
	}
	return hearing.Sees(x.state, s.id)
}

// viewLocked forgets the view of what is no longer shown, and tells how things are looked at to who has come to see them, or had too much before it to be told. Who was told of a view in an earlier showing of the same page is told that it is seen as a whole again.
func (x *hall) viewLocked() {
	switch {
	case x.view == nil:
	case !x.view.of(x.state):
		x.view = nil
	case x.view.since != x.state.Shown.Since: // another page came between, which a phone may never have seen
		whole := hearing.Whole
		x.view = &viewMessage{T: "hearing_view", Hearing: x.id, Exhibit: x.view.Exhibit, Page: x.view.Page, View: &whole, since: x.state.Shown.Since}
		for _, s := range x.seats {
			s.saw = false
		}
	}
	for _, s := range x.seats {
		sees := x.seesLocked(s)
		if sees && x.view != nil && (!s.saw || s.behind) {
			m := *x.view
			m.By, m.Pointer = "", nil
			if s.conn != nil {
				s.behind = !s.conn.offer(jsonFrame(m))
			} else {
				s.tellLocked(m)
			}
		}
		s.saw = sees
	}
}
