package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/transcript"
	"microcourt/store/storetest"
)

// TestATranscriptIsWrittenReadAlongCorrectedSignedAndPrinted, each by who may, from the first line to the last signature.
func TestATranscriptIsWrittenReadAlongCorrectedSignedAndPrinted(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	s := startSite(t, store.SQLite, 1)
	h := s.scheduleHearing(t, store.NewID())
	at := "/hearings/" + h.ID
	seat := func(who string) string { return s.Seats[who].Participant[s.Cases[0]] }
	does := func(who, method, path, body string) {
		t.Helper()
		s.must(t, who, method, at+path, strings.ReplaceAll(body, "EVENT", store.NewID()), nil)
	}
	refused := func(who, method, path, body, code string) {
		t.Helper()
		if _, text := s.call(t, s.Seats[who].Token, method, "/api/v1/cases/"+s.Cases[0]+at+path, strings.ReplaceAll(body, "EVENT", store.NewID())); codeOf(text) != code {
			t.Errorf("%s %s as %s: %s, want %s", method, path, who, text, code)
		}
	}
	does("clerk", "POST", "/opening", `{"event":"EVENT"}`)
	for _, who := range []string{"plaintiff", "lawyer"} {
		s.acceptRules(t, who)
	}
	for _, who := range []string{"judge", "clerk", "plaintiff", "lawyer"} {
		does(who, "POST", "/entries", `{"event":"EVENT"}`)
	}
	for _, act := range []string{"check", "admit"} {
		does("clerk", "POST", "/seats/"+seat("plaintiff")+"/acts", `{"event":"EVENT","act":"`+act+`"}`)
	}
	does("judge", "POST", "/steps", `{"event":"EVENT","step":"start"}`)

	phones := map[string]*hubtest.Phone{}
	for _, who := range []string{"judge", "plaintiff", "lawyer"} {
		phones[who] = s.dial(t, s.Seats[who])
		phones[who].Join(s.Cases[0], nil)
	}
	read := func(who, query string) (v hub.TranscriptView) {
		t.Helper()
		s.must(t, who, "GET", at+"/transcript"+query, "", &v)
		return v
	}
	if v := read("clerk", ""); len(v.Templates) != 10 || !strings.Contains(fmt.Sprint(v.Templates[0].Lines), "现在开庭") || v.Me != seat("clerk") {
		t.Errorf("the clerk is given %+v", v.Templates)
	}
	if v := read("plaintiff", ""); v.Templates != nil || len(v.Lines) != 0 || !v.Readers {
		t.Errorf("the plaintiff is given %+v", v)
	}
	does("clerk", "POST", "/transcript/changes", fmt.Sprintf(`{"pen":"p1","changes":[{"line":"l1","revision":0,"kind":"heading","text":"法庭调查"},{"line":"l2","revision":0,"kind":"speech","speaker":%q,"text":"收到过多少货款？"},
		{"line":"l3","revision":0,"kind":"speech","speaker":%q,"text":"收到过一千元。"}]}`, seat("judge"), seat("plaintiff")))
	for _, who := range []string{"judge", "plaintiff"} {
		m := phones[who].Await("that there is something new in the transcript", func(m hubtest.Message) bool { return m.T == "transcript" })
		if !strings.Contains(string(m.Raw), h.ID) || !strings.Contains(string(m.Raw), `"changes":3`) {
			t.Errorf("%s is told %s", who, m.Raw)
		}
	}
	if v := read("plaintiff", "?since=1"); len(v.Lines) != 2 || v.Lines[1].Text != "收到过一千元。" || v.Changes != 3 {
		t.Errorf("what is new for the plaintiff: %+v", v.Lines)
	}
	if v := read("lawyer", ""); len(v.Lines) != 0 || v.Readers || v.Changes != 0 { // in the lobby
		t.Errorf("the lawyer reads %+v", v)
	}
	refused("plaintiff", "POST", "/transcript/changes", `{"pen":"p2","changes":[{"line":"l3","revision":3,"kind":"note","text":"x"}]}`, "forbidden")
	refused("plaintiff", "GET", "/transcript/document", "", "transcript_unread")
	does("judge", "POST", "/steps", `{"event":"EVENT","step":"close"}`)
	does("clerk", "POST", "/transcript/presentations", `{"event":"EVENT","changes":3}`)
	phones["lawyer"].Await("that it lies before all", func(m hubtest.Message) bool { return m.Kind == court.KindTranscriptPresented })
	for _, m := range phones["lawyer"].Messages() {
		if m.T == "transcript" {
			t.Errorf("who doesn't read along was told %s", m.Raw)
		}
	}

	does("plaintiff", "POST", "/transcript/corrections", `{"event":"EVENT","line":"l3","text":"收到过五百元。","reason":"口误"}`)
	refused("clerk", "POST", "/transcript/corrections", `{"event":"EVENT","line":"l3","text":"x"}`, "forbidden")
	asked := read("clerk", "").Corrections[0]
	does("clerk", "POST", "/transcript/corrections/"+asked.ID+"/answers", `{"event":"EVENT","granted":true}`)
	v := read("plaintiff", "")
	if len(v.Signers) != 4 || !v.Intact { // the lawyer was there, in the lobby
		t.Errorf("they sign %+v", v.State)
	}
	status, shown := s.call(t, s.Seats["plaintiff"].Token, "GET", "/api/v1/attachments/"+v.Document, "")
	said := textOf(t, []byte(shown))
	for _, want := range []string{"庭审笔录", "原告：收到过一千元。", "申请补正为：“收到过五百元。”，理由：口误。法庭准许补正", v.LinesHash} {
		if status != 200 || !strings.Contains(said, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the transcript lacks %s:\n%s", want, said)
		}
	}
	sign := fmt.Sprintf(`{"event":"EVENT","sha256":%q}`, v.SHA256)
	refused("plaintiff", "POST", "/transcript/signatures", sign, "signature_needed")
	for _, who := range []string{"plaintiff", "judge", "clerk"} {
		s.sign(t, who)
		does(who, "POST", "/transcript/signatures", sign)
	}
	does("clerk", "POST", "/transcript/refusals", fmt.Sprintf(`{"event":"EVENT","seat":%q,"reason":"拒绝签名且不说明理由"}`, seat("lawyer")))
	refused("plaintiff", "POST", "/transcript/refusals", `{"event":"EVENT"}`, "signed_already")
	does("judge", "POST", "/transcript/ends", `{"event":"EVENT","end":"closed","reason":"拒签，记明情况附卷"}`)
	if v := read("defendant", ""); v.Status != transcript.Closed || len(v.Lines) != 3 {
		t.Errorf("at the end: %+v", v.State)
	}
	_, printed := s.call(t, s.Seats["defendant"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+at+"/transcript/document", "")
	if said := textOf(t, []byte(printed)); !strings.Contains(said, "拒绝签名，由法庭记明") || !strings.Contains(said, v.SHA256) {
		t.Errorf("printed at the end:\n%s", said)
	}
	contents, _ := s.caseFile(t, "plaintiff")
	text, err := json.Marshal(contents)
	if err != nil || !strings.Contains(string(text), "庭审笔录") {
		t.Errorf("the case's file lacks it: %s, %v", text, err)
	}
}
