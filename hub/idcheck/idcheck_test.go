package idcheck

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"microcourt/hub/signed"
	"microcourt/store/court/proofing"
)

const secret = "0123456789abcdef"

// service answers every question that is signed with the secret, and keeps what it was asked.
func service(t *testing.T, status int, answer string) (address string, asked *map[string]any) {
	t.Helper()
	asked = &map[string]any{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := signed.Check([]byte(secret), r.Header.Get(signed.TimestampHeader), r.Header.Get(signed.SignatureHeader), body, time.Now()); err != nil {
			t.Errorf("not signed: %v", err)
		}
		if err := json.Unmarshal(body, asked); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// TestP8WhatAServiceDoesNotKnowIsNeverAYes: only the one agreed word is.
func TestP8WhatAServiceDoesNotKnowIsNeverAYes(t *testing.T) {
	for _, c := range []struct {
		status int
		answer string
		want   proofing.Verdict
		failed bool
	}{
		{200, `{"result":"match","reference":"r1"}`, proofing.Yes, false},
		{200, `{"result":"mismatch"}`, proofing.No, false},
		{200, `{"result":"unknown"}`, proofing.Unsure, false},
		{200, `{"result":"same"}`, "", true}, // a word of the other service
		{200, `{"result":"MATCH"}`, "", true},
		{200, `{"result":"match","score":1.5}`, "", true},
		{200, `{}`, "", true},
		{200, ``, "", true},
		{200, `{"result":"match","reference":"` + strings.Repeat("x", maxReference+1) + `"}`, "", true},
		{201, `{"result":"match"}`, "", true},
		{302, `{"result":"match"}`, "", true},
		{500, `{"result":"match"}`, "", true},
	} {
		address, asked := service(t, c.status, c.answer)
		a, err := NewAuthority(address, secret)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Check(t.Context(), "张三", "resident_id", "110101190001010014")
		if got.Verdict != c.want || errors.Is(err, ErrUnavailable) != c.failed || (err != nil) != c.failed {
			t.Errorf("%d %.60s: %q, %v", c.status, c.answer, got.Verdict, err)
		}
		if (*asked)["name"] != "张三" || (*asked)["id_number"] != "110101190001010014" {
			t.Errorf("it was asked about %v", *asked)
		}
	}
}

func TestFacesAreComparedByTheService(t *testing.T) {
	address, asked := service(t, 200, `{"result":"same","score":0.93,"reference":"r2"}`)
	f, err := NewFaces(address, secret)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Compare(t.Context(), "张三", "resident_id", "110101190001010014", []byte("jpeg"))
	if err != nil || got.Verdict != proofing.Yes || got.Score != 0.93 || got.Reference != "r2" {
		t.Errorf("%+v, %v", got, err)
	}
	if (*asked)["image"] != "anBlZw==" {
		t.Errorf("the picture that was sent: %v", (*asked)["image"])
	}
}

func TestAServiceThatIsAwayTellsNothingOfWhoWasAskedAbout(t *testing.T) {
	a, err := NewAuthority("http://127.0.0.1:1/check?key=hidden", secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Check(t.Context(), "张三", "resident_id", "110101190001010014")
	if !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "张三") {
		t.Errorf("%v", err)
	}
}
