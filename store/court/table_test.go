package court

import (
	"errors"
	"testing"
)

// TestP4EveryKindOfEventFallsUnderARule: a kind that a person can send names an act of the table, and one that the
// table lacks would be refused.
func TestP4EveryKindOfEventFallsUnderARule(t *testing.T) {
	for kind, act := range KindActs {
		if rule, ok := Table[act]; !ok || rule.Scope != InCase {
			t.Errorf("kind %s is act %s, which is no act in a case", kind, act)
		}
	}
	if err := CheckAccount("no.such.act", RoleAdmin); !errors.Is(err, ErrForbidden) {
		t.Errorf("an unknown act gives %v", err)
	}
	if err := CheckInCase("no.such.act", &Standing{Role: RoleJudge}); !errors.Is(err, ErrForbidden) {
		t.Errorf("an unknown act in a case gives %v", err)
	}
}

// TestP4TheServerDecidesFromTheStanding walks what stands between a party and the room.
func TestP4TheServerDecidesFromTheStanding(t *testing.T) {
	ready := Standing{Role: RoleParty, Verified: true, NoticeAccepted: true}
	for _, c := range []struct {
		name   string
		act    Act
		change func(*Standing)
		want   error
	}{
		{"ready", ActMessageSend, func(s *Standing) {}, nil},
		{"not verified", ActMessageSend, func(s *Standing) { s.Verified = false }, ErrIdentityRequired},
		{"no notice", ActMessageSend, func(s *Standing) { s.NoticeAccepted = false }, ErrNoticeRequired},
		{"not verified, no notice", ActNoticeAccept, func(s *Standing) { s.Verified, s.NoticeAccepted = false, false }, ErrIdentityRequired},
		{"closed case", ActMessageSend, func(s *Standing) { s.CaseClosed = true }, ErrCaseClosed},
		{"closed case is read", ActEventList, func(s *Standing) { s.CaseClosed = true }, nil},
		{"barred", ActMessageSend, func(s *Standing) { s.SpeechBarred = true }, ErrSpeechRestricted},
		{"barred can recall", ActMessageRecall, func(s *Standing) { s.SpeechBarred = true }, nil},
		{"party hides", ActMessageHide, func(s *Standing) {}, ErrForbidden},
		{"court in a closed case", ActMessageSend, func(s *Standing) { s.Role, s.CaseClosed = RoleClerk, true }, nil},
		{"judge accepts no notice", ActNoticeAccept, func(s *Standing) { s.Role = RoleJudge }, ErrForbidden},
		{"judge needs none", ActRoomJoin, func(s *Standing) { s.Role, s.NoticeAccepted, s.Verified = RoleJudge, false, false }, nil},
	} {
		st := ready
		c.change(&st)
		if err := CheckInCase(c.act, &st); !errors.Is(err, c.want) {
			t.Errorf("%s, %s: got %v, want %v", c.name, c.act, err, c.want)
		}
	}
	if err := CheckInCase(ActCaseRead, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("a person not in the case gets %v, want not_found", err)
	}
}

func TestEveryErrorSpeaksBothLanguagesUnderOneCode(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Errors {
		if e.Code == "" || e.ZH == "" || e.EN == "" || seen[e.Code] {
			t.Errorf("error %q is incomplete or stands twice", e.Code)
		}
		seen[e.Code] = true
	}
}

func TestEmbeddedNoticesAreComplete(t *testing.T) {
	notices := DefaultNotices()
	if len(notices) != 14 {
		t.Errorf("%d notices, want 14", len(notices))
	}
	text, sum := notices[NoticeFirstEntry].Fill(map[string]string{"case_no": "（2024）最高法民申123号"})
	if len(sum) != 64 || len(text) < 200 {
		t.Errorf("the first-entry notice is %q", text)
	}
	if notices[NoticeFirstEntry].Confirm != "我已理解并知晓上述内容" {
		t.Errorf("confirm says %q", notices[NoticeFirstEntry].Confirm)
	}
}
