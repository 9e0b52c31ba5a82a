package hub

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"microcourt/hub/push"
	"microcourt/store"
	"microcourt/store/court"
)

// Push sends push messages to browsers. See package hub/push.
type Push interface {
	Public() string
	Takes(s *push.Subscription) bool
	Send(ctx context.Context, s *push.Subscription, m push.Message) error
}

// How push messages are paced. What happens within pushPause is told together; a person hears of one case at most once in pushQuiet.
const (
	pushPause   = 2 * time.Second
	pushQuiet   = time.Minute
	pushLife    = 24 * time.Hour // how long a push service keeps it for a phone that is away
	pushWorkers = 8
	pushTimeout = 30 * time.Second
)

// silentKinds are kinds of which nobody away from the room is told: they bring nothing to come and see.
var silentKinds = []court.Kind{court.KindNoticeAccepted, court.KindVerified, court.KindRecall, court.KindHide, court.KindDocumentOpened,
	court.KindHearingWaived, court.KindHearingUndertaking, court.KindHearingEntered, court.KindHearingLeft, court.KindHearingPaused, court.KindHearingChecked, court.KindHearingAdmitted, court.KindHearingDismissed,
	court.KindHearingWarned, court.KindHearingSeatSet, court.KindHearingPhase, court.KindHearingShown, court.KindHearingConsultation, court.KindHearingRecording, court.KindHearingInterrupted}

// SubscribePush has a browser told when something is new while its person is away, as long as the session lasts.
type SubscribePush struct{ Endpoint, P256DH, Auth string }

func (SubscribePush) rule() rule { return rule{act: court.ActPushSubscribe} }

func (s SubscribePush) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if h.push == nil {
		return Nothing{}, court.ErrUnavailable
	}
	sub, err := push.ParseSubscription(s.Endpoint, s.P256DH, s.Auth)
	if err != nil || !h.push.Takes(sub) {
		return Nothing{}, court.ErrInvalid.In("endpoint")
	}
	return Nothing{}, h.store.SubscribePush(ctx, actor.SessionID, store.PushSubscription{PersonID: actor.PersonID, Endpoint: sub.Endpoint, P256DH: sub.P256DH, Auth: sub.Auth})
}

// UnsubscribePush ends that for the session that asks.
type UnsubscribePush struct{}

func (UnsubscribePush) rule() rule { return rule{act: court.ActPushSubscribe} }

func (UnsubscribePush) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.UnsubscribePush(ctx, actor.SessionID)
}

// PushKey is what a page subscribes with; "" where push messages aren't set up.
func (h *Hub) PushKey() string {
	if h.push == nil {
		return ""
	}
	return h.push.Public()
}

// newsKey is a person to be told of a case.
type newsKey struct{ person, caseID string }

// pusher is what tellAway remembers.
type pusher struct {
	told    map[newsKey]time.Time // when somebody was last told of a case
	waiting map[newsKey]bool      // to be told, urgently or not
}

// tellAway is the goroutine that tells people who are away that something is new in a case: those who read the thread and are neither its author nor in
// the room. It works on this node's own commits alone, so each is told once. It owns the pusher, and waits for what it sends.
func (h *Hub) tellAway() {
	if h.push == nil {
		return
	}
	p := &pusher{told: map[newsKey]time.Time{}, waiting: map[newsKey]bool{}}
	ticker := time.NewTicker(cmp.Or(h.pacing.Push, pushPause))
	defer ticker.Stop()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stopped := make(chan struct{})
	defer func() { <-stopped }()
	go func() { // ends with tellAway: what is being sent is broken off when the hub stops
		defer close(stopped)
		select {
		case <-h.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer cancel()
	for {
		select {
		case <-ticker.C:
		case <-h.stop:
			return
		}
		h.collectNews(ctx, p, h.news.take())
		h.pushNews(ctx, p)
	}
}

// news is what is kept of an event until people who are away are told: nothing of what it says.
type news struct {
	caseID, thread, by string
	at                 int64
	urgent             bool
}

// noteNews keeps what people who are away may have to be told of.
func (h *Hub) noteNews(events []court.Event) {
	if h.push == nil {
		return
	}
	fresh := make([]news, 0, len(events))
	for i := range events {
		if ev := &events[i]; !slices.Contains(silentKinds, ev.Kind) {
			fresh = append(fresh, news{ev.CaseID, ev.Thread, ev.By, ev.At, ev.Kind == court.KindDocumentServed || ev.Kind == court.KindHearingOpened || ev.Kind == court.KindHearingStarted})
		}
	}
	h.news.put(fresh)
}

// collectNews finds who is to be told.
func (h *Hub) collectNews(ctx context.Context, p *pusher, fresh []news) {
	if len(fresh) == 0 {
		return
	}
	cases := map[string]bool{}
	for _, n := range fresh {
		cases[n.caseID] = true
	}
	wanted, err := h.store.PushReaders(ctx, slices.Collect(maps.Keys(cases)))
	if err != nil {
		h.log.Warn("who is to be told by push", "err", err)
		return
	}
	members := map[string][]store.Member{}
	for _, n := range fresh {
		th, err := court.ParseThread(n.thread)
		if err != nil || wanted[n.caseID] == nil {
			continue
		}
		all, known := members[n.caseID]
		if !known {
			if all, err = h.store.Members(ctx, n.caseID); err != nil {
				h.log.Warn("who is to be told by push", "err", err)
				continue
			}
			members[n.caseID] = all
		}
		var here []string
		if r := h.live(n.caseID); r != nil {
			here = r.presence()
		}
		for _, m := range all {
			st := m.Standing
			if !wanted[n.caseID][m.PersonID] || st.ParticipantID == n.by || slices.Contains(here, st.ParticipantID) || !th.Reads(&st) || n.at < th.ReadsFrom(&st) || court.CheckInCase(court.ActEventList, &st) != nil {
				continue
			}
			key := newsKey{m.PersonID, n.caseID}
			p.waiting[key] = p.waiting[key] || n.urgent
		}
	}
}

// pushNews tells those who have not been told of the case just now.
func (h *Hub) pushNews(ctx context.Context, p *pusher) {
	now := h.now()
	for key, at := range p.told {
		if now.Sub(at) >= cmp.Or(h.pacing.Quiet, pushQuiet) {
			delete(p.told, key)
		}
	}
	slots := make(chan struct{}, pushWorkers)
	var sending sync.WaitGroup
	for key, urgent := range p.waiting {
		if _, just := p.told[key]; just {
			continue // told when it has been quiet long enough
		}
		delete(p.waiting, key)
		p.told[key] = now
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		sending.Go(func() {
			defer func() { <-slots }()
			ctx, cancel := context.WithTimeout(ctx, pushTimeout)
			defer cancel()
			h.pushTo(ctx, key, urgent)
		})
	}
	sending.Wait()
}

// pushTo tells one person's browsers that there is something new in a case, and nothing else.
func (h *Hub) pushTo(ctx context.Context, key newsKey, urgent bool) {
	subscriptions, err := h.store.PushSubscriptions(ctx, key.person)
	if err != nil || len(subscriptions) == 0 {
		return
	}
	docket, err := h.store.DocketNumber(ctx, key.caseID)
	if err != nil {
		return
	}
	lang := ""
	if p, err := h.store.Person(ctx, key.person); err == nil {
		lang = p.Lang
	}
	text, err := json.Marshal(newsMessage{Case: key.caseID, Title: newsTitle(lang), Body: newsBody(lang, docket)})
	if err != nil {
		return
	}
	for _, s := range subscriptions {
		sub := &push.Subscription{Endpoint: s.Endpoint, P256DH: s.P256DH, Auth: s.Auth}
		topic := sha256.Sum256([]byte(key.caseID + string(s.Auth))) // the push service learns nothing from it
		err := h.push.Send(ctx, sub, push.Message{Text: text, Topic: base64.RawURLEncoding.EncodeToString(topic[:24]), TTL: pushLife, Urgent: urgent})
		switch {
		case errors.Is(err, push.ErrGone), errors.Is(err, push.ErrSubscription):
			err = h.store.ForgetPush(ctx, s.ID)
		case err == nil:
			h.metrics.Pushed.Add(1)
		}
		if err != nil && ctx.Err() == nil && !errors.Is(err, push.ErrResting) {
			h.log.Warn("a push message was not sent", "err", err)
		}
	}
}

// newsMessage is all that a push message says, in the person's language.
type newsMessage struct {
	Case  string `json:"case"`
	Title string `json:"title"`
	Body  string `json:"body"`
}

func newsTitle(lang string) string {
	if lang == "en" {
		return "Microcourt"
	}
	return "微法庭"
}

func newsBody(lang, docket string) string {
	if lang == "en" {
		return fmt.Sprintf("There is something new in case %s.", docket)
	}
	return docket + "案件有新的内容，请查看。"
}
