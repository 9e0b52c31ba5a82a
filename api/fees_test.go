package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/hub/paper"
	"microcourt/hub/pay"
	"microcourt/hub/signed"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/fee"
	"microcourt/store/storetest"
)

const paySecret = "the payment service's secret, for tests only"

// payService is a payment service: it takes orders, and reports what a test tells it to.
type payService struct {
	*httptest.Server
	mu     sync.Mutex
	down   bool
	orders []string
	amount map[string]int64
}

func startPayService(t testing.TB) *payService {
	p := &payService{amount: map[string]int64{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var o struct {
			Order  string
			Amount int64
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.down || signed.Check([]byte(paySecret), r.Header.Get(signed.TimestampHeader), r.Header.Get(signed.SignatureHeader), body, time.Now()) != nil || json.Unmarshal(body, &o) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		p.orders = append(p.orders, o.Order)
		p.amount[o.Order] = o.Amount
		fmt.Fprintf(w, `{"url":"https://pay.example.cn/%s"}`, o.Order)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *payService) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// lastOrder gives the newest order, and how often it was begun.
func (p *payService) lastOrder() (order string, times int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	order = p.orders[len(p.orders)-1]
	for _, o := range p.orders {
		if o == order {
			times++
		}
	}
	return order, times
}

// report sends a report, signed with the secret at a time.
func (s *site) report(t testing.TB, secret string, at time.Time, body string) (int, string) {
	t.Helper()
	stamp := strconv.FormatInt(at.Unix(), 10)
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.server.URL+"/api/v1/payments/reports", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(signed.TimestampHeader, stamp)
	req.Header.Set(signed.SignatureHeader, signed.Signature([]byte(secret), stamp, []byte(body)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// eachPaidSite runs a test on a site with a payment service, on both engines.
func eachPaidSite(t *testing.T, test func(t *testing.T, s *site, p *payService)) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			p := startPayService(t)
			gateway, err := pay.NewGateway(p.URL, paySecret)
			if err != nil {
				t.Fatal(err)
			}
			test(t, startPaidSite(t, engine, 1, gateway), p)
		})
	}
}

// issue has the plaintiff pay the fee for 356,789.50 yuan.
func (s *site) issue(t testing.TB, event string) store.FeeNotice {
	t.Helper()
	var f store.FeeNotice
	s.must(t, "clerk", "POST", "/fees", fmt.Sprintf(`{"event":%q,"party":%q,"title":"案件受理费","request":{"kind":"property","amount":35678950,"halve":["summary"]}}`,
		event, s.Seats["plaintiff"].Participant[s.Cases[0]]), &f)
	return f
}

// fee gives a notice as somebody sees it.
func (s *site) fee(t testing.TB, who, id string) *store.FeeNotice {
	t.Helper()
	var list struct{ Fees []store.FeeNotice }
	s.must(t, who, "GET", "/fees", "", &list)
	for _, f := range list.Fees {
		if f.ID == id {
			return &f
		}
	}
	return nil
}

func TestAFeeIsComputedIssuedPaidAndReported(t *testing.T) {
	eachPaidSite(t, func(t *testing.T, s *site, p *payService) {
		f := s.issue(t, "f1")
		if again := s.issue(t, "f1"); again.ID != f.ID {
			t.Errorf("the same event is another notice: %s, %s", f.ID, again.ID)
		}
		if f.Amount != 332592 || f.Status != fee.Unpaid || len(f.Result.Steps) != 2 || f.Due < f.At+7*24*3600_000-24*3600_000 {
			t.Errorf("issued %+v", f)
		}
		base := "/api/v1/cases/" + s.Cases[0] + "/fees/" + f.ID
		report := func(id, order, status string, amount int64) (int, string) {
			return s.report(t, paySecret, time.Now(), fmt.Sprintf(`{"id":%q,"order":%q,"amount":%d,"status":%q}`, id, order, amount, status))
		}
		expect := func(what string, want fee.Status) {
			t.Helper()
			if got := s.fee(t, "plaintiff", f.ID); got == nil || got.Status != want {
				t.Errorf("%s: %+v, want %s", what, got, want)
			}
		}
		p.setDown(true)
		if status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", base+"/payments", `{"event":"p0"}`); codeOf(text) != "payment_unavailable" {
			t.Errorf("a service that is away: %d %s", status, text)
		}
		expect("the service was away", fee.Failed)
		p.setDown(false)
		var begun struct{ URL string }
		s.must(t, "plaintiff", "POST", "/fees/"+f.ID+"/payments", `{"event":"p1"}`, &begun)
		s.must(t, "plaintiff", "POST", "/fees/"+f.ID+"/payments", `{"event":"p1"}`, nil)
		s.must(t, "plaintiff", "POST", "/fees/"+f.ID+"/payments", `{"event":"p2"}`, nil) // came back to the page
		order, times := p.lastOrder()
		if begun.URL != "https://pay.example.cn/"+order || times != 3 || p.amount[order] != f.Amount {
			t.Errorf("paying at %s, order %s begun %d times for %d", begun.URL, order, times, p.amount[order])
		}
		expect("begun", fee.Paying)

		forged := fmt.Sprintf(`{"id":"r0","order":%q,"amount":%d,"status":"paid"}`, order, f.Amount)
		for what, try := range map[string]func() (int, string){
			"another secret": func() (int, string) { return s.report(t, "not the payment service's secret", time.Now(), forged) },
			"old":            func() (int, string) { return s.report(t, paySecret, time.Now().Add(-6*time.Minute), forged) },
			"unsigned, by the payer": func() (int, string) {
				return s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1/payments/reports", forged)
			},
			"unsigned, by the court": func() (int, string) {
				return s.call(t, s.Seats["clerk"].Token, "POST", "/api/v1/payments/reports", forged)
			},
			"unsigned, by who is none": func() (int, string) { return s.call(t, "", "POST", "/api/v1/payments/reports", forged) },
		} {
			if status, text := try(); codeOf(text) != "payment_refused" {
				t.Errorf("%s: %d %s", what, status, text)
			}
		}
		if status, text := report("r1", order, "paid", f.Amount-1); codeOf(text) != "payment_amount" {
			t.Errorf("a wrong amount: %d %s", status, text)
		}
		if status, text := report("r1", "no-order", "paid", f.Amount); codeOf(text) != "not_found" {
			t.Errorf("no order: %d %s", status, text)
		}
		expect("nothing true was reported", fee.Paying)
		if status, text := report("r2", order, "failed", f.Amount); status != 200 || !strings.Contains(text, "taken") {
			t.Errorf("failed: %d %s", status, text)
		}
		expect("failed", fee.Failed)
		var reporting sync.WaitGroup
		for range 8 {
			reporting.Go(func() {
				if status, text := report("r3", order, "paid", f.Amount); status != 200 || !strings.Contains(text, "taken") {
					t.Errorf("paid after all: %d %s", status, text)
				}
			})
		}
		reporting.Wait()
		expect("paid", fee.Paid)
		thread := storetest.Bench(s.Cases[0], s.Seats["plaintiff"])
		if _, text := s.call(t, s.Seats["plaintiff"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/events?thread="+thread, ""); strings.Count(text, `"status":"paid"`) != 1 {
			t.Errorf("reported eight times at once, the thread says %s", text)
		}
		if status, text := report("r3", order, "paid", f.Amount); status != 200 || !strings.Contains(text, "taken") {
			t.Errorf("the same report again: %d %s", status, text)
		}
		if status, text := report("r3", order, "failed", f.Amount); codeOf(text) != "id_reused" {
			t.Errorf("the same id with other content: %d %s", status, text)
		}
		if status, text := report("r4", order, "failed", f.Amount); status != 200 || !strings.Contains(text, "idle") {
			t.Errorf("a late failure: %d %s", status, text)
		}
		expect("in the end", fee.Paid)
		if status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", base+"/payments", `{"event":"p3"}`); codeOf(text) != "fee_state" {
			t.Errorf("paying twice: %d %s", status, text)
		}
		if status, text := s.call(t, s.Seats["clerk"].Token, "PUT", base+"/status", `{"event":"s1","status":"exempted","reason":"r"}`); codeOf(text) != "fee_state" {
			t.Errorf("exempted after payment: %d %s", status, text)
		}
	})
}

func TestMoneyThatNobodyWaitsForAnyMoreIsNotedToBeGivenBack(t *testing.T) {
	eachPaidSite(t, func(t *testing.T, s *site, p *payService) {
		f := s.issue(t, "f1")
		p.setDown(false)
		s.must(t, "plaintiff", "POST", "/fees/"+f.ID+"/payments", `{"event":"p1"}`, nil)
		order, _ := p.lastOrder()
		body := func(id, status string) string {
			return fmt.Sprintf(`{"id":%q,"order":%q,"amount":%d,"status":%q}`, id, order, f.Amount, status)
		}
		s.report(t, paySecret, time.Now(), body("r1", "failed"))
		s.must(t, "clerk", "PUT", "/fees/"+f.ID+"/status", `{"event":"s1","status":"paid_offline","reason":"窗口已交"}`, nil)
		if status, text := s.report(t, paySecret, time.Now(), body("r2", "paid")); status != 200 || !strings.Contains(text, "unwanted") {
			t.Errorf("%d %s", status, text)
		}
		if got := s.fee(t, "clerk", f.ID); got.Status != fee.PaidOffline {
			t.Errorf("%+v", got)
		}
		thread := storetest.Bench(s.Cases[0], s.Seats["plaintiff"])
		_, text := s.call(t, s.Seats["judge"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/events?thread="+thread, "")
		if !strings.Contains(text, fmt.Sprintf(`"received":%d`, f.Amount)) || strings.Count(text, string(court.KindFeeChanged)) != 4 {
			t.Errorf("the thread says %s", text)
		}
	})
}

// TestP3AFeeIsThePartysAndTheCourts: nobody else sees it or learns that it is there, and who doesn't read its thread learns no number of that.
func TestP3AFeeIsThePartysAndTheCourts(t *testing.T) {
	eachPaidSite(t, func(t *testing.T, s *site, p *payService) {
		f := s.issue(t, "f1")
		var other store.FeeNotice
		s.must(t, "judge", "POST", "/fees", fmt.Sprintf(`{"event":"f2","party":%q,"title":"申请费","request":{"kind":"preservation"}}`,
			s.Seats["defendant"].Participant[s.Cases[0]]), &other)
		for who, want := range map[string][2]bool{"plaintiff": {true, false}, "defendant": {false, true}, "lawyer": {false, true}, "judge": {true, true}, "clerk": {true, true}} {
			for i, n := range []store.FeeNotice{f, other} {
				got := s.fee(t, who, n.ID)
				if (got != nil) != want[i] {
					t.Errorf("%s sees notice %d: %v", who, i, got != nil)
				}
				reads := who == "judge" || who == "plaintiff" && i == 0 || who == "defendant" && i == 1
				if got != nil && (got.Seq != 0) != reads || got != nil && (got.Thread != "") != reads {
					t.Errorf("%s is told that notice %d is %d in %q", who, i, got.Seq, got.Thread)
				}
			}
		}
		for who := range map[string]bool{"defendant": true, "lawyer": true} {
			status, text := s.call(t, s.Seats[who].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/fees/"+f.ID+"/payments", `{"event":"x"}`)
			none, want := s.call(t, s.Seats[who].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/fees/"+store.NewID()+"/payments", `{"event":"x"}`)
			if status != 404 || status != none || text != want {
				t.Errorf("%s tells another's notice from none: %d %s, not %d %s", who, status, text, none, want)
			}
		}
		s.must(t, "lawyer", "POST", "/fees/"+other.ID+"/payments", `{"event":"pay-for-the-client"}`, nil)
		if got := s.fee(t, "defendant", other.ID); got.Status != fee.Paying {
			t.Errorf("who acts for a party can't pay for it: %+v", got)
		}
		for body, field := range map[string]string{
			`{"event":"f3","party":"none","title":"t","request":{"kind":"labor"}}`:                                                                     "party",
			`{"event":"f3","party":"` + f.Party + `","title":"t","request":{"kind":"divorce"}}`:                                                        "request.base",
			`{"event":"f3","party":"` + f.Party + `","title":"t","request":{"kind":"property"}}`:                                                       "request.amount",
			`{"event":"f3","party":"` + f.Party + `","to":"` + s.Seats["lawyer"].Participant[s.Cases[0]] + `","title":"t","request":{"kind":"labor"}}`: "to",
		} {
			if _, text := s.call(t, s.Seats["clerk"].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/fees", body); codeOf(text) != "invalid" || !strings.Contains(text, `"field":"`+field+`"`) {
				t.Errorf("%s: %s, want field %s", body, text, field)
			}
		}
	})
}

// TestP8WithoutAPaymentServiceNothingIsPaidByItself: the notice says where to pay, and only the court can note that it was paid.
func TestP8WithoutAPaymentServiceNothingIsPaidByItself(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	f := s.issue(t, "f1")
	status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/fees/"+f.ID+"/payments", `{"event":"p1"}`)
	if status != 503 || codeOf(text) != "payment_unavailable" {
		t.Errorf("%d %s", status, text)
	}
	if status, text := s.report(t, paySecret, time.Now(), fmt.Sprintf(`{"id":"r1","order":"o","amount":%d,"status":"paid"}`, f.Amount)); codeOf(text) != "payment_refused" {
		t.Errorf("%d %s", status, text)
	}
	if got := s.fee(t, "plaintiff", f.ID); got.Status != fee.Unpaid {
		t.Errorf("%+v", got)
	}
	if status, text := s.call(t, s.Seats["clerk"].Token, "PUT", "/api/v1/cases/"+s.Cases[0]+"/fees/"+f.ID+"/status", `{"event":"s0","status":"paid","reason":"r"}`); codeOf(text) != "invalid" {
		t.Errorf("set to paid by hand: %d %s", status, text)
	}
	s.must(t, "clerk", "PUT", "/fees/"+f.ID+"/status", `{"event":"s1","status":"paid_offline","reason":"窗口已交，票据号1"}`, nil)
	s.must(t, "clerk", "PUT", "/fees/"+f.ID+"/status", `{"event":"s1","status":"paid_offline","reason":"窗口已交，票据号1"}`, nil)
	if got := s.fee(t, "plaintiff", f.ID); got.Status != fee.PaidOffline || got.Reason != "窗口已交，票据号1" || got.StatusName.ZH == "" {
		t.Errorf("%+v", got)
	}
}

// TestAFeeNoticeIsPrintedAsItWasIssued, the same for everybody who may see it, whatever became of it.
func TestAFeeNoticeIsPrintedAsItWasIssued(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	s := startSite(t, store.SQLite, 1)
	f := s.issue(t, "f1")
	path := "/cases/" + s.Cases[0] + "/fees/" + f.ID + "/document"
	first, sum, missing := s.document(t, "plaintiff", path)
	said := textOf(t, first)
	for _, want := range []string{"交纳诉讼费用通知书", "原告原告甲：", "3325.92元", "自动撤回起诉", "宁波市鄞州区人民法院"} {
		if !strings.Contains(said, want) {
			t.Errorf("the notice lacks %s:\n%s", want, said)
		}
	}
	if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
		os.WriteFile(filepath.Join(dir, "fee_notice.pdf"), first, 0o600)
	}
	s.must(t, "clerk", "PUT", "/fees/"+f.ID+"/status", `{"event":"s1","status":"exempted","reason":"准予免交"}`, nil)
	if _, again, _ := s.document(t, "clerk", path); again != sum || missing != "" {
		t.Errorf("printed again it is another paper: %s, then %s; lacks %q", sum, again, missing)
	}
	none, want := s.call(t, s.Seats["defendant"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/fees/none/document", "")
	if status, text := s.call(t, s.Seats["defendant"].Token, "GET", "/api/v1"+path, ""); status != 404 || status != none || text != want {
		t.Errorf("another party: %d %s", status, text)
	}
}
