package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/store/court"
)

// statuses maps the codes of court errors to HTTP; it is the only place that does. What isn't in it is 400. Only
// `unauthenticated` is 401: a page that sees it signs out.
var statuses = map[string]int{
	court.ErrInternal.Code:           http.StatusInternalServerError,
	court.ErrUnavailable.Code:        http.StatusServiceUnavailable,
	court.ErrUnauthenticated.Code:    http.StatusUnauthorized,
	court.ErrForbidden.Code:          http.StatusForbidden,
	court.ErrNotFound.Code:           http.StatusNotFound,
	court.ErrTooLarge.Code:           http.StatusRequestEntityTooLarge,
	court.ErrTooSlow.Code:            http.StatusRequestTimeout,
	court.ErrTooMany.Code:            http.StatusTooManyRequests,
	court.ErrOrigin.Code:             http.StatusForbidden,
	court.ErrCode.Code:               http.StatusForbidden,
	court.ErrCredentials.Code:        http.StatusForbidden,
	court.ErrTOTP.Code:               http.StatusForbidden,
	court.ErrSignInLocked.Code:       http.StatusTooManyRequests,
	court.ErrSMSUnavailable.Code:     http.StatusServiceUnavailable,
	court.ErrLoginTaken.Code:         http.StatusConflict,
	court.ErrTOTPOn.Code:             http.StatusConflict,
	court.ErrTOTPOff.Code:            http.StatusConflict,
	court.ErrIdentityRequired.Code:   http.StatusForbidden,
	court.ErrNoticeRequired.Code:     http.StatusForbidden,
	court.ErrOtherCapacity.Code:      http.StatusForbidden,
	court.ErrNoticeChanged.Code:      http.StatusConflict,
	court.ErrCaseClosed.Code:         http.StatusConflict,
	court.ErrSpeechRestricted.Code:   http.StatusForbidden,
	court.ErrIDReused.Code:           http.StatusConflict,
	court.ErrRecallLate.Code:         http.StatusConflict,
	court.ErrUploadUnfinished.Code:   http.StatusConflict,
	court.ErrUploads.Code:            http.StatusConflict,
	court.ErrPaper.Code:              http.StatusServiceUnavailable,
	court.ErrNotKnown.Code:           http.StatusUnprocessableEntity,
	court.ErrFileType.Code:           http.StatusUnsupportedMediaType,
	court.ErrHashDiffers.Code:        http.StatusConflict,
	court.ErrDraftChanged.Code:       http.StatusConflict,
	court.ErrGuideChanged.Code:       http.StatusConflict,
	court.ErrExchangeClosed.Code:     http.StatusConflict,
	court.ErrExchangeNotOpen.Code:    http.StatusConflict,
	court.ErrExchangeRunning.Code:    http.StatusConflict,
	court.ErrExhibitWithdrawn.Code:   http.StatusConflict,
	court.ErrExhibitRuled.Code:       http.StatusConflict,
	court.ErrNotCrossExamined.Code:   http.StatusConflict,
	court.ErrUpgrade.Code:            http.StatusUpgradeRequired,
	court.ErrAuthority.Code:          http.StatusForbidden,
	court.ErrApplicationDecided.Code: http.StatusConflict,
	court.ErrDocumentChanged.Code:    http.StatusConflict,
	court.ErrSignatureNeeded.Code:    http.StatusConflict,
	court.ErrFeeState.Code:           http.StatusConflict,
	court.ErrStageOffline.Code:       http.StatusConflict,
	court.ErrConsentGiven.Code:       http.StatusConflict,
	court.ErrExchangeMode.Code:       http.StatusConflict,
	court.ErrConsentNeeded.Code:      http.StatusConflict,
	court.ErrSigningEnded.Code:       http.StatusConflict,
	court.ErrSigned.Code:             http.StatusConflict,
	court.ErrFilingState.Code:        http.StatusConflict,
	court.ErrFilingIncomplete.Code:   http.StatusUnprocessableEntity,
	court.ErrFilingKind.Code:         http.StatusConflict,
	court.ErrFilingSelf.Code:         http.StatusForbidden,
	court.ErrDocketUnset.Code:        http.StatusServiceUnavailable,
	court.ErrTranscriptEmpty.Code:    http.StatusConflict,
	court.ErrTranscriptFixed.Code:    http.StatusConflict,
	court.ErrTranscriptUnread.Code:   http.StatusConflict,
	court.ErrTranscriptEnded.Code:    http.StatusConflict,
	court.ErrTranscriptPeriod.Code:   http.StatusConflict,
	court.ErrTranscriptAnswered.Code: http.StatusConflict,
	court.ErrTranscriptOpen.Code:     http.StatusConflict,
	court.ErrSigningWaiting.Code:     http.StatusConflict,
	court.ErrPaymentUnavailable.Code: http.StatusServiceUnavailable,
	court.ErrPaymentRefused.Code:     http.StatusForbidden,
	court.ErrPaymentAmount.Code:      http.StatusConflict,
	court.ErrUnsigned.Code:           http.StatusConflict,
	court.ErrIDNumber.Code:           http.StatusBadRequest,
	court.ErrIDChecksum.Code:         http.StatusBadRequest,
	court.ErrDocumentExpired.Code:    http.StatusBadRequest,
	court.ErrGuardianNeeded.Code:     http.StatusBadRequest,
	court.ErrCapture.Code:            http.StatusBadRequest,
	court.ErrProofingState.Code:      http.StatusConflict,
	court.ErrProofingStep.Code:       http.StatusConflict,
	court.ErrFaceConsent.Code:        http.StatusConflict,
	court.ErrChallenge.Code:          http.StatusConflict,
	court.ErrProofingTaken.Code:      http.StatusConflict,
	court.ErrPasswordOff.Code:        http.StatusForbidden,
	court.ErrPasskey.Code:            http.StatusForbidden,
	court.ErrPasskeySuspended.Code:   http.StatusForbidden,
	court.ErrPasskeyKnown.Code:       http.StatusConflict,
	court.ErrPasskeyCount.Code:       http.StatusConflict,
	court.ErrPasskeyOff.Code:         http.StatusServiceUnavailable,
	court.ErrSignInAgain.Code:        http.StatusForbidden,
	court.ErrPhoneTaken.Code:         http.StatusConflict,
	court.ErrSecondLook.Code:         http.StatusConflict,

	court.ErrHearingState.Code:        http.StatusConflict,
	court.ErrHearingOver.Code:         http.StatusConflict,
	court.ErrHearingNotOpen.Code:      http.StatusConflict,
	court.ErrHearingExcluded.Code:     http.StatusConflict,
	court.ErrHearingNotice.Code:       http.StatusConflict,
	court.ErrHearingUnwaived.Code:     http.StatusConflict,
	court.ErrHearingRefused.Code:      http.StatusConflict,
	court.ErrHearingAgreement.Code:    http.StatusConflict,
	court.ErrReplaceRule.Code:         http.StatusConflict,
	court.ErrRecordingUnfinished.Code: http.StatusConflict,
	court.ErrTranscriptReplaced.Code:  http.StatusConflict,
	court.ErrHearingProcedure.Code:    http.StatusConflict,
	court.ErrHearingTogether.Code:     http.StatusConflict,
	court.ErrHearingUnapplied.Code:    http.StatusConflict,
	court.ErrHearingDisputed.Code:     http.StatusConflict,
	court.ErrDisciplineRequired.Code:  http.StatusForbidden,
	court.ErrReverification.Code:      http.StatusForbidden,
	court.ErrUnchecked.Code:           http.StatusConflict,
	court.ErrMuteLocked.Code:          http.StatusForbidden,
	court.ErrHearingRemoved.Code:      http.StatusForbidden,
	court.ErrHearingPrivate.Code:      http.StatusForbidden,
	court.ErrRecordingUnshared.Code:   http.StatusForbidden,
	court.ErrHearingMode.Code:         http.StatusConflict,
	court.ErrHearingPeriod.Code:       http.StatusConflict,
	court.ErrGuestKnown.Code:          http.StatusConflict,
	court.ErrNotPresent.Code:          http.StatusConflict,
	court.ErrEnterFirst.Code:          http.StatusConflict,
	court.ErrMediaUnavailable.Code:    http.StatusServiceUnavailable,

	court.ErrNoElectronicService.Code: http.StatusConflict,
	court.ErrReceiptConfirmed.Code:    http.StatusConflict,
}

// problem is the body of every error that the API answers with.
type problem struct {
	Code        string `json:"code" doc:"stable, for programs"`
	Text        string `json:"text" doc:"for people, in the language of the request"`
	Field       string `json:"field,omitempty" doc:"the part of the request that is wrong"`
	RetryAfterS int    `json:"retry_after_s,omitempty" doc:"seconds until another try makes sense"`

	status int
}

func (p *problem) Error() string             { return p.Code }
func (p *problem) GetStatus() int            { return p.status }
func (p *problem) ContentType(string) string { return "application/json" }

// GetHeaders says in HTTP's own words what the body says.
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.RetryAfterS > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfterS))
	}
	return h
}

func statusOf(e *court.Error) int {
	if status, ok := statuses[e.Code]; ok {
		return status
	}
	return http.StatusBadRequest
}

func newProblem(e *court.Error, lang string) *problem {
	return &problem{Code: e.Code, Text: e.Text(lang), Field: e.Field, RetryAfterS: e.RetryAfterS, status: statusOf(e)}
}

// problem turns any error into what people may read of it. What is not meant for them goes to the log, under the
// request's id.
func (a *API) problem(ctx context.Context, err error) *problem {
	var known *problem
	if errors.As(err, &known) {
		return known
	}
	var e *court.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &e):
	case errors.As(err, &tooLarge):
		e = court.ErrTooLarge
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e = court.ErrUnavailable
	default:
		e = court.ErrInternal
		a.log.ErrorContext(ctx, "request failed", "err", err, "request", requestOf(ctx).id)
	}
	return newProblem(e, requestOf(ctx).lang)
}

// refuse answers a request outside of huma with an error.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problem(r.Context(), err)
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("Content-Encoding")
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		json.NewEncoder(w).Encode(p)
	}
}

// huma words its own refusals (validation, unreadable bodies) through these variables; ours give them the same body
// as all other errors have.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return humaProblem("zh", status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return humaProblem(requestOf(ctx.Context()).lang, status, errs)
	}
}

func humaProblem(lang string, status int, errs []error) huma.StatusError {
	for _, err := range errs {
		if known, ok := err.(*problem); ok {
			return known
		}
	}
	e := court.ErrInvalid
	switch {
	case status == http.StatusRequestEntityTooLarge:
		e = court.ErrTooLarge
	case status == http.StatusRequestTimeout:
		e = court.ErrTooSlow
	case status >= 500:
		e = court.ErrInternal
	}
	if e == court.ErrInvalid && len(errs) > 0 {
		if detail, ok := errs[0].(huma.ErrorDetailer); ok {
			e = e.In(fieldOf(detail.ErrorDetail().Location))
		}
	}
	return newProblem(e, lang)
}

// fieldOf takes from huma's location (`body.phone`, `query.limit`) the part that its user wrote.
func fieldOf(location string) string {
	for _, part := range []string{"body", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(location, part+"."); ok {
			return rest
		}
	}
	return location
}
