package api

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"microcourt/store/court"
)

// plainlyWrong are the errors for which 400 says all.
var plainlyWrong = []string{"invalid", "bad_phone", "weak_password", "bad_frame", "party_needed", "bad_signature"}

func TestEveryErrorHasAStatusAndTextsInBothLanguages(t *testing.T) {
	for _, e := range court.Errors {
		_, mapped := statuses[e.Code]
		if mapped == slices.Contains(plainlyWrong, e.Code) {
			t.Errorf("%s: decide which HTTP status it has", e.Code)
		}
		for lang, text := range map[string]string{"zh": e.ZH, "en": e.EN} {
			if p := newProblem(e, lang); text == "" || p.Text != text || p.status < 400 {
				t.Errorf("%s in %s is %+v", e.Code, lang, p)
			}
		}
	}
	if statusOf(court.ErrUnauthenticated) != http.StatusUnauthorized {
		t.Error("unauthenticated is not 401")
	}
	for code, status := range statuses {
		if status == http.StatusUnauthorized && code != "unauthenticated" {
			t.Errorf("%s is 401: the page would sign out", code)
		}
		if !slices.ContainsFunc(court.Errors, func(e *court.Error) bool { return e.Code == code }) {
			t.Errorf("%s is no error", code)
		}
	}
}

func TestErrorsAreToldInTheLanguageAskedFor(t *testing.T) {
	f := openFront(t)
	for header, want := range map[string]string{"": "请先登录。", "zh-CN": "请先登录。", "en-GB,en;q=0.9": "Please sign in first."} {
		if p := f.expect(f.ask("GET", "/api/v1/me", "", "Accept-Language", header), 401, "unauthenticated"); p.Text != want {
			t.Errorf("%q: %q", header, p.Text)
		}
		p := f.expect(f.ask("POST", "/api/v1/auth/codes", `{}`, "Accept-Language", header), 400, "invalid")
		if (p.Text == court.ErrInvalid.EN) != strings.HasPrefix(header, "en") {
			t.Errorf("%q: %q", header, p.Text)
		}
	}
}

func TestABadRequestNamesItsField(t *testing.T) {
	f := openFront(t)
	for body, field := range map[string]string{
		`{"phone":1}`: "phone", `{"phone":"138","x":1}`: "x", `{"phone":"` + strings.Repeat("1", 41) + `"}`: "phone", `{"phone"`: "body",
	} {
		if p := f.expect(f.ask("POST", "/api/v1/auth/codes", body), 400, "invalid"); p.Field != field {
			t.Errorf("%s: field %q, want %q", body, p.Field, field)
		}
	}
	if p := f.expect(f.ask("POST", "/api/v1/auth/codes", `{"phone":"12"}`), 400, "bad_phone"); p.Field != "phone" {
		t.Errorf("the field is %q", p.Field)
	}
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	f := openFront(t)
	big := `{"phone":"` + strings.Repeat("1", maxBody) + `"}`
	f.expect(f.ask("POST", "/api/v1/auth/codes", big), http.StatusRequestEntityTooLarge, "too_large")
}

func TestWhoMustWaitIsToldHowLong(t *testing.T) {
	f := openFront(t)
	f.expect(f.ask("POST", "/api/v1/auth/codes", `{"phone":"13800000001"}`), http.StatusAccepted, "")
	w := f.ask("POST", "/api/v1/auth/codes", `{"phone":"13800000001"}`)
	if p := f.expect(w, http.StatusTooManyRequests, "too_many"); p.RetryAfterS < 1 || w.Header().Get("Retry-After") != fmt.Sprint(p.RetryAfterS) {
		t.Errorf("retry after %d s, header %q", p.RetryAfterS, w.Header().Get("Retry-After"))
	}
}

func TestWhatIsNotForPeoplesEyesStaysInTheLog(t *testing.T) {
	var log bytes.Buffer
	f := openFront(t, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	f.api.raw(rawRoute{Act: court.ActServiceRead, Method: "GET", Path: "/api/v1/test/panic", Handle: func(http.ResponseWriter, *http.Request) error {
		panic("secret of the program")
	}})
	f.api.raw(rawRoute{Act: court.ActServiceRead, Method: "GET", Path: "/api/v1/test/error", Handle: func(http.ResponseWriter, *http.Request) error {
		return errors.New("secret of the program")
	}})
	for _, path := range []string{"/api/v1/test/panic", "/api/v1/test/error"} {
		log.Reset()
		w := f.ask("GET", path, "")
		f.expect(w, http.StatusInternalServerError, "internal")
		id := w.Header().Get("X-Request-Id")
		if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "goroutine") {
			t.Errorf("%s answered %s", path, w.Body)
		}
		if !strings.Contains(log.String(), "secret of the program") || !strings.Contains(log.String(), id) {
			t.Errorf("%s logged %s", path, log.String())
		}
	}
}

func TestTheAccessLogHoldsNoWordsOfPeople(t *testing.T) {
	var log bytes.Buffer
	f := openFront(t, func(c *Config) {
		c.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	cookie := f.person("13812345678")
	_, token, _ := strings.Cut(cookie, "=")
	f.ask("GET", "/api/v1/cases?q=张伟离婚&cursor=13812345678", "", "Cookie", cookie)
	f.ask("GET", "/api/v1/cases/13812345678/events", "", "Cookie", cookie)
	f.ask("GET", "/nothing/13812345678", "")
	f.ask("POST", "/api/v1/auth/staff", `{"login":"13812345678","password":"pass-13812345678"}`)
	for _, secret := range []string{"13812345678", "张伟", token, `"device"`, "测试"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s:\n%s", secret, log.String())
		}
	}
	for _, want := range []string{`"route":"/api/v1/cases"`, `"route":"/api/v1/cases/{case}/events"`, `"status":202`, `"method":"POST"`, `"person":"0`, `"request":"`, `"ms":`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}
