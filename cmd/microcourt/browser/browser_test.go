//go:build browser

package browser_test

import (
	"os"
	"testing"
	"time"
)

// Walks in which nothing hangs on how soon it comes run two at a time, after the others, the longest first.

// Light, dark and large text on 390x844: no violation that axe calls moderate or worse, no scrolling sideways, nothing to
// tap that is smaller than a finger.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "accessible.mjs", 15*time.Minute)
}

// Four people on phones of 390x844, two on each node, who sign in through the pages.
func TestJudgeClerkAndTwoPartiesTalkInOneRoomOnTwoNodes(t *testing.T) {
	newCourt(t).play(t, "room.mjs", 3*time.Minute)
}

func TestTheClerkVerifiesAPersonWhoCanThenEnter(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "verify.mjs", 2*time.Minute)
}

// A new person's whole way, with a made-up camera, which doesn't answer the colours: the court's review decides.
func TestSomebodyProvesWhoTheyAreAndTheClerkReviews(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "identity.mjs", 3*time.Minute)
}

func TestAccountsAreHelpedAndDevicesEnded(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "account.mjs", 2*time.Minute)
}

// Promise P6.
func TestWhatWasWrittenWithoutANetworkArrivesExactlyOnce(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "outbox.mjs", 3*time.Minute)
}

// Promise P6, for what takes long.
func TestABigFileGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "upload.mjs", 3*time.Minute)
}

// Promise P6, for evidence. The long version (make soak) hands in 20 photographs of 8 MB each, this one 8 of 1 MB.
func TestEvidenceIsHandedInAnsweredAndClosed(t *testing.T) {
	t.Parallel()
	pages, side := 8, 1400
	if os.Getenv("MICROCOURT_SOAK") != "" {
		pages, side = 20, 4200
	}
	newCourt(t).play(t, "evidence.mjs", 10*time.Minute, photos(t, pages, side))
}

// An application from the first word to the court's decision, a document from its draft to its receipt, a fee notice.
func TestPapersAreSignedServedAndAnswered(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "papers.mjs", 4*time.Minute)
}

// A new person's whole way: from the first page to being verified, a retrial from its notice to the room of its case, with a network that is away, a second phone, and a
// correction on the way (promise P6), and the respondent's answer.
func TestANewPersonIsVerifiedFilesAndIsAnswered(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "filing.mjs", 4*time.Minute)
}

// A clerk answers filings by phone, and the respondent of an accepted one comes to its room by being verified.
func TestTheClerkAcceptsAFilingAndTheRespondentLinksItsCase(t *testing.T) {
	t.Parallel()
	newCourt(t).play(t, "linking.mjs", 2*time.Minute)
}

// Judge, clerk and two parties with cameras and microphones, over two nodes, in a hearing that our own forwarding unit carries; one node is killed.
func TestAHearingIsHeldOnPhones(t *testing.T) {
	newCourt(t).play(t, "hearing.mjs", 10*time.Minute)
}

func TestAPageComesBackByItselfToAnotherNode(t *testing.T) {
	newCourt(t).play(t, "reconnect.mjs", 2*time.Minute)
}

func TestTheFirstLoadIsSmall(t *testing.T) {
	newCourt(t).play(t, "budget.mjs", 2*time.Minute)
}
