package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/api"
	"microcourt/hub"
	"microcourt/hub/push"
	"microcourt/hub/push/pushtest"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// pushService is a push service on loopback, as browsers' makers run them.
type pushService struct {
	*httptest.Server
	mu    sync.Mutex
	got   map[string][][]byte // bodies by endpoint path; guarded by mu
	gone  map[string]bool
	heads []http.Header
}

func newPushService(t testing.TB) *pushService {
	p := &pushService{got: map[string][][]byte{}, gone: map[string]bool{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.got[r.URL.Path] = append(p.got[r.URL.Path], body)
		p.heads = append(p.heads, r.Header)
		if p.gone[r.URL.Path] {
			w.WriteHeader(http.StatusGone)
			return
		}
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *pushService) count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.got[path])
}

// outbox is a text message provider that keeps what it is to send.
type outbox struct {
	mu   sync.Mutex
	sent []string // guarded by mu
}

func (o *outbox) Send(_ context.Context, phone, text string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if strings.Contains(text, "验证码") {
		return nil
	}
	o.sent = append(o.sent, phone+" "+text)
	return nil
}

func (o *outbox) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string{}, o.sent...)
}

// startTellingSite starts a site that tells people who are away: quickly, so that tests don't wait.
func startTellingSite(t testing.TB, engine store.Engine) (*site, *pushService, *outbox) {
	t.Helper()
	s := storetest.Open(t, engine)
	w := storetest.NewWorld(t, s, 1)
	blobs, err := blob.Open(t.Context(), blob.Config{Place: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	key, err := push.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	service, messages := newPushService(t), &outbox{}
	files := store.NewFiles(s, blobs, store.FilesConfig{})
	h := hub.New(hub.Config{Store: s, Files: files, Version: "test", Push: push.NewSender(key, "mailto:it@court.example.cn", true),
		Accounts: hub.AccountConfig{SMS: messages}, Pacing: hub.Pacing{Push: 20 * time.Millisecond, Quiet: 30 * time.Millisecond, Reminders: 30 * time.Millisecond}})
	a, err := api.New(api.Config{Hub: h, Store: s, ImportToken: importToken})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	t.Cleanup(func() {
		h.Close()
		server.Close()
		files.Close()
	})
	return &site{World: w, api: a, server: server}, service, messages
}

// subscribe has a browser of somebody's told, and gives it.
func (s *site) subscribe(t testing.TB, who string, service *pushService, path string) *pushtest.Browser {
	t.Helper()
	b := pushtest.New(t, service.URL+path)
	body := fmt.Sprintf(`{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`, service.URL+path, b.P256DH, b.Auth)
	if status, text := s.call(t, s.Seats[who].Token, "PUT", "/api/v1/me/push", body); status != 204 {
		t.Fatalf("%s can't subscribe: %d %s", who, status, text)
	}
	return b
}

// eventually waits for something that a goroutine of the server does.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// TestPushMessagesTellThatSomethingIsNewAndNothingElse: those who read the thread and are away, once, without a word of what was said; nobody learns by one that others
// speak privately.
func TestPushMessagesTellThatSomethingIsNewAndNothingElse(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s, service, _ := startTellingSite(t, engine)
			c, browsers := s.Cases[0], map[string]*pushtest.Browser{}
			for _, who := range []string{"plaintiff", "defendant", "lawyer", "judge", "clerk", "stranger"} {
				browsers[who] = s.subscribe(t, who, service, "/push/"+who)
			}
			count := func() map[string]int {
				all := map[string]int{}
				for who := range browsers {
					all[who] = service.count("/push/" + who)
				}
				return all
			}
			say := func(who, thread string) {
				t.Helper()
				s.must(t, who, "POST", "/events", fmt.Sprintf(`{"thread":%q,"event":%q,"kind":"text","body":{"text":"a secret word"}}`, thread, store.NewID()), nil)
			}
			expect := func(what string, before map[string]int, told ...string) {
				t.Helper()
				for _, who := range told {
					eventually(t, who+" is told of "+what, func() bool { return service.count("/push/"+who) > before[who] })
				}
				after := count()
				for who := range browsers {
					if want := before[who] + strings.Count(" "+strings.Join(told, " ")+" ", " "+who+" "); after[who] != want {
						t.Errorf("%s: %s was told %d times, want %d", what, who, after[who]-before[who], want-before[who])
					}
				}
				time.Sleep(60 * time.Millisecond) // it has been quiet
			}
			before := count()
			say("plaintiff", court.RoomThread)
			expect("words in the room", before, "defendant", "lawyer", "judge", "clerk")
			before = count()
			say("plaintiff", storetest.Bench(c, s.Seats["plaintiff"]))
			expect("words to the bench", before, "judge")
			before = count()
			say("clerk", storetest.Pair(c, s.Seats["clerk"], s.Seats["defendant"]))
			expect("words between two", before, "defendant")
			phone := s.dial(t, s.Seats["lawyer"])
			phone.Join(c, nil)
			before = count()
			say("plaintiff", court.RoomThread)
			expect("words in the room where the lawyer is", before, "defendant", "judge", "clerk")
			service.mu.Lock()
			defer service.mu.Unlock()
			for who, b := range browsers {
				for _, body := range service.got["/push/"+who] {
					text := b.Open(t, body)
					var m struct{ Case, Title, Body string }
					if err := json.Unmarshal([]byte(text), &m); err != nil || m.Case != c || m.Body != "（2026）浙0212民初1号案件有新的内容，请查看。" || m.Title != "微法庭" {
						t.Errorf("%s reads %s", who, text)
					}
				}
			}
			for _, h := range service.heads {
				if len(h.Get("Topic")) != 32 || h.Get("TTL") == "" {
					t.Errorf("head %v", h)
				}
			}
			if len(service.got["/push/defendant"][0]) != len(service.got["/push/judge"][0]) {
				t.Error("lengths differ")
			}
		})
	}
}

// TestPushMessagesEndWithTheSession, with the browser's own word, and at the person's wish.
func TestPushMessagesEndWithTheSession(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s, service, _ := startTellingSite(t, engine)
			if changed, err := s.Store.TakePushKey(t.Context(), "first"); err != nil || changed {
				t.Fatalf("the first key: %v %v", changed, err)
			}
			db := func(who string) int {
				list, err := s.Store.PushSubscriptions(t.Context(), s.Seats[who].PersonID)
				if err != nil {
					t.Fatal(err)
				}
				return len(list)
			}
			for _, who := range []string{"defendant", "lawyer", "judge", "clerk"} {
				s.subscribe(t, who, service, "/push/"+who)
			}
			s.subscribe(t, "clerk", service, "/push/clerk-again") // of one session the last counts
			if db("clerk") != 1 {
				t.Errorf("the clerk has %d", db("clerk"))
			}
			s.subscribe(t, "lawyer", service, "/push/judge") // one browser, now the lawyer's
			if db("judge") != 0 || db("lawyer") != 1 {
				t.Errorf("after the browser changed hands: judge %d, lawyer %d", db("judge"), db("lawyer"))
			}
			if status, _ := s.call(t, s.Seats["clerk"].Token, "DELETE", "/api/v1/me/push", ""); status != 204 || db("clerk") != 0 {
				t.Errorf("taken back: %d, left %d", status, db("clerk"))
			}
			if status, text := s.call(t, s.Seats["lawyer"].Token, "DELETE", "/api/v1/auth/sessions/"+s.Seats["lawyer"].SessionID, ""); status >= 300 || db("lawyer") != 0 {
				t.Errorf("signed out: %d %s, left %d", status, text, db("lawyer"))
			}
			service.mu.Lock()
			service.gone["/push/defendant"] = true
			service.mu.Unlock()
			s.must(t, "plaintiff", "POST", "/events", `{"thread":"room","event":"m1","kind":"text","body":{"text":"您好"}}`, nil)
			eventually(t, "the defendant's browser is forgotten", func() bool { return db("defendant") == 0 })
			s.subscribe(t, "judge", service, "/push/judge-again")
			if changed, err := s.Store.TakePushKey(t.Context(), "first"); err != nil || changed || db("judge") != 1 {
				t.Errorf("the same key again: %v %v, left %d", changed, err, db("judge"))
			}
			if changed, err := s.Store.TakePushKey(t.Context(), "second"); err != nil || !changed || db("judge") != 0 {
				t.Errorf("another key: %v %v, left %d", changed, err, db("judge"))
			}
			for _, path := range []string{"/push/lawyer", "/push/judge", "/push/clerk", "/push/clerk-again"} {
				if n := service.count(path); n != 0 {
					t.Errorf("%s was told %d times after its end", path, n)
				}
			}
			for _, bad := range []string{`{"endpoint":"ftp://x","keys":{"p256dh":"AAAA","auth":"AAAA"}}`, `{"endpoint":"https://x.example","keys":{"p256dh":"AAAA","auth":"AAAA"}}`} {
				if status, text := s.call(t, s.Seats["judge"].Token, "PUT", "/api/v1/me/push", bad); codeOf(text) != "invalid" {
					t.Errorf("%s: %d %s", bad, status, text)
				}
			}
		})
	}
}

// TestTextMessagesRemindOfServiceAndDeadlinesOnce: of what was served and not opened, and of a deadline within a day; no word of what it is, within a bound for each person, and once though
// two nodes look.
func TestTextMessagesRemindOfServiceAndDeadlinesOnce(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s, _, messages := startTellingSite(t, engine)
			second := hub.New(hub.Config{Store: s.Store, Version: "test", Accounts: hub.AccountConfig{SMS: messages}, Pacing: hub.Pacing{Reminders: 25 * time.Millisecond}})
			t.Cleanup(second.Close)
			s.agree(t, "plaintiff")
			s.serve(t, "serve-1", "秘密的判决书", "plaintiff")
			eventually(t, "a reminder", func() bool { return len(messages.all()) > 0 })
			s.must(t, "judge", "PUT", "/evidence/deadline", fmt.Sprintf(`{"event":"d1","deadline":%d}`, time.Now().Add(time.Hour).UnixMilli()), nil)
			eventually(t, "reminders of the deadline", func() bool { return len(messages.all()) >= 4 })
			s.must(t, "judge", "PUT", "/evidence/deadline", fmt.Sprintf(`{"event":"d2","deadline":%d,"party":%q}`, time.Now().Add(100*time.Hour).UnixMilli(), s.Seats["plaintiff"].Participant[s.Cases[0]]), nil)
			for i := range 8 {
				s.serve(t, fmt.Sprintf("serve-more-%d", i), "又一份文书", "plaintiff")
			}
			s.serve(t, "fence", "给律师的文书", func() string { s.agree(t, "lawyer"); return "lawyer" }())
			eventually(t, "the lawyer's reminder", func() bool {
				n := 0
				for _, m := range messages.all() {
					if strings.HasPrefix(m, s.Seats["lawyer"].Phone) && strings.Contains(m, "文书送达") {
						n++
					}
				}
				return n == 1
			})
			count := map[string]int{}
			for _, m := range messages.all() {
				count[m]++
				if strings.Contains(m, "秘密") || strings.Contains(m, "原告") || !strings.Contains(m, "（2026）浙0212民初1号") || !strings.Contains(m, "仅为提醒") {
					t.Errorf("a reminder says %s", m)
				}
			}
			byPhone := map[string]int{}
			for m, n := range count {
				phone, _, _ := strings.Cut(m, " ")
				byPhone[phone] += n
			}
			if got := byPhone[s.Seats["plaintiff"].Phone]; got != 5 {
				t.Errorf("the plaintiff was reminded %d times in a day, want 5: %v", got, count)
			}
			if got := byPhone[s.Seats["defendant"].Phone]; got != 1 {
				t.Errorf("the defendant was reminded %d times of one deadline", got)
			}
		})
	}
}
