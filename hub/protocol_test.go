package hub

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"microcourt/store/court"
)

// TestTheProtocolDocumentIsComplete: frames, kinds of events, closing codes and errors stand in it as they are in the
// program. With MICROCOURT_UPDATE=1 the table of errors is written anew.
func TestTheProtocolDocumentIsComplete(t *testing.T) {
	text, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	head, _, found := strings.Cut(doc, errorsHeading)
	if want := head + errorsHeading + errorTable(); doc != want {
		if os.Getenv("MICROCOURT_UPDATE") == "1" && found {
			if err := os.WriteFile("PROTOCOL.md", []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else {
			t.Error("the table of errors is out of date: run this test with MICROCOURT_UPDATE=1")
		}
	}
	for frame := range frames {
		if !strings.Contains(doc, `"t":"`+frame+`"`) {
			t.Errorf("frame %s is missing", frame)
		}
	}
	for _, kind := range []court.Kind{court.KindText, court.KindImage, court.KindVoice, court.KindVideo, court.KindFile, court.KindLocation,
		court.KindRecall, court.KindHide, court.KindSpeech, court.KindNoticeAccepted, court.KindVerified, court.KindCaseChanged, court.KindFilingAccepted,
		court.KindExhibitsSubmitted, court.KindExhibitWithdrawn, court.KindOpinion, court.KindExchangeOpened, court.KindExchangeChanged, court.KindExchangeClosed,
		court.KindDeadlineSet, court.KindReviewExtended, court.KindOriginalChecked, court.KindExhibitRuled,
		court.KindApplication, court.KindApplicationAnswered, court.KindApplicationSupplemented, court.KindApplicationRevoked,
		court.KindWatermarkSet, court.KindAddressConfirmed, court.KindDocumentServed, court.KindDocumentOpened, court.KindDocumentConfirmed, court.KindDocumentDelivered,
		court.KindConsentDeclared, court.KindStagesTransferred, court.KindCopyRequested, court.KindCopyAnswered,
		court.KindSigningOpened, court.KindSigned, court.KindSigningRefused, court.KindSigningEnded,
		court.KindHearingScheduled, court.KindHearingWaived, court.KindHearingPostponed, court.KindHearingCancelled, court.KindHearingOffline, court.KindHearingOpened,
		court.KindHearingStarted, court.KindHearingAdjourned, court.KindHearingResumed, court.KindHearingPaused, court.KindHearingClosed, court.KindHearingWitness, court.KindHearingUndertaking, court.KindHearingEntered, court.KindHearingLeft,
		court.KindHearingChecked, court.KindHearingAdmitted, court.KindHearingCalled, court.KindHearingDismissed, court.KindHearingRemoved, court.KindHearingWarned, court.KindHearingSeatSet,
		court.KindHearingPhase, court.KindHearingShown, court.KindHearingConsultation, court.KindHearingStatement, court.KindHearingRecording, court.KindHearingInterrupted,
		court.KindRecordingShared, court.KindReplaceProposed, court.KindReplaceAnswered,
		court.KindTranscriptLive, court.KindTranscriptPresented, court.KindTranscriptReopened, court.KindCorrectionAsked, court.KindCorrectionAnswered, court.KindTranscriptSigned,
		court.KindTranscriptRefused, court.KindTranscriptClosed,
		court.KindFeeNotice, court.KindFeeChanged} {
		if !strings.Contains(doc, "`"+string(kind)+"`") {
			t.Errorf("kind %s is missing", kind)
		}
	}
	for code := closeBehind; code <= closeSilent; code++ {
		if !strings.Contains(doc, fmt.Sprintf("| %d |", code)) {
			t.Errorf("closing code %d is missing", code)
		}
	}
	for _, limit := range []string{"65,536", "at most 8 levels", "1 MiB", "newest 50", "more than 500", "1-5,000",
		fmt.Sprintf("%d exhibits in a submission", court.MaxExhibits), fmt.Sprintf("%d pages in an exhibit", court.MaxExhibitPages), fmt.Sprintf("(at most %d)", court.MaxOpinionImages),
		fmt.Sprintf("%d exhibits of a party", court.MaxPartyExhibits)} {
		if !strings.Contains(doc, limit) {
			t.Errorf("the limit %q is missing", limit)
		}
	}
}

const errorsHeading = "## 10. Error codes\n"

// errorTable lists every error with its texts, by code.
func errorTable() string {
	errs := slices.Clone(court.Errors)
	slices.SortFunc(errs, func(a, b *court.Error) int { return strings.Compare(a.Code, b.Code) })
	var b strings.Builder
	b.WriteString("\nThe same codes stand in REST answers.\n\n| code | 中文 | English |\n|---|---|---|\n")
	for _, e := range errs {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", e.Code, e.ZH, e.EN)
	}
	return b.String()
}
