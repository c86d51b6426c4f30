package wire

import "google.golang.org/protobuf/encoding/protowire"

// A Reply is what ext_proc answers to one message: a ProcessingResponse.
type Reply struct {
	// Phase of the message it answers. It is not looked at when Immediate is set.
	Phase Phase
	// Immediate, if it is not nil, ends the request with an answer that is not the
	// backend's. Set and Body are then its header lines and body; nothing else counts.
	Immediate *Immediate

	// Set are the header lines to write, in order.
	Set []Line
	// Remove are names whose lines go. Envoy removes before it sets.
	Remove []string
	// Replace makes Body the whole body without asking for the old one
	// (CONTINUE_AND_REPLACE).
	Replace bool
	// Body is the new body if BodyChanged.
	Body        []byte
	BodyChanged bool
	// ClearRouteCache makes Envoy choose the route anew.
	ClearRouteCache bool
	// Mode changes what else Envoy sends. Only replies to headers may; the zero Mode
	// changes nothing.
	Mode Mode
}

// A Line is a header line to write.
type Line struct {
	Name, Value string
	// Append adds the line to those of the name; otherwise it takes their place.
	Append bool
}

// An Immediate is the head of an ImmediateResponse.
type Immediate struct {
	Status int
	// Details for Envoy's access log (response_code_details).
	Details string
}

// A Mode is a mode_override. Bodies that are not asked for here are not sent.
type Mode struct {
	// ResponseHeaders to be sent; otherwise it stays as it is.
	ResponseHeaders bool
	// RequestBody and ResponseBody to be sent, buffered.
	RequestBody, ResponseBody bool
	// Partial sends what there is of a body once it is more than Envoy holds, where Envoy
	// would otherwise refuse it, or wait for ever.
	Partial bool
}

// Numbers of the fields that are written.
const (
	numImmediate    = 7 // of ProcessingResponse
	numModeOverride = 9

	numCommon = 1 // of HeadersResponse, BodyResponse

	numStatus         = 1 // of CommonResponse
	numHeaderMutation = 2
	numBodyMutation   = 3
	numClearRoute     = 5

	numSetHeaders    = 1 // of HeaderMutation
	numRemoveHeaders = 2

	numHeader = 1 // of HeaderValueOption
	numAppend = 2

	numMutationBody  = 1 // of BodyMutation
	numMutationClear = 2

	numImmediateStatus  = 1 // of ImmediateResponse
	numImmediateHeaders = 2
	numImmediateBody    = 3
	numImmediateDetails = 5

	numResponseHeaderMode = 2 // of ProcessingMode
	numRequestBodyMode    = 3
	numResponseBodyMode   = 4
)

const (
	continueAndReplace = 1
	modeSend           = 1
	modeBuffered       = 2
	modePartial        = 3 // BUFFERED_PARTIAL
)

var numberOfReply = [...]protowire.Number{
	RequestHeaders: 1, ResponseHeaders: 2, RequestBody: 3, ResponseBody: 4, RequestTrailers: 5, ResponseTrailers: 6,
}

// plain reports whether the reply changes nothing.
func (r *Reply) plain() bool {
	return r.Immediate == nil && len(r.Set)+len(r.Remove) == 0 && !r.Replace && !r.BodyChanged && !r.ClearRouteCache && r.Mode == Mode{}
}

// Size is the number of bytes that AppendTo appends.
func (r *Reply) Size() int {
	if r.Immediate != nil {
		return sizeOf(r.immediateSize())
	}
	size := sizeOf(r.partSize())
	if mode := r.Mode.size(); mode > 0 {
		size += sizeOf(mode)
	}
	return size
}

// AppendTo appends the reply to b.
func (r *Reply) AppendTo(b []byte) []byte {
	if r.Immediate != nil {
		return r.appendImmediate(appendHead(b, numImmediate, r.immediateSize()))
	}
	b = r.appendPart(appendHead(b, numberOfReply[r.Phase], r.partSize()))
	if mode := r.Mode.size(); mode > 0 {
		b = r.Mode.appendTo(appendHead(b, numModeOverride, mode))
	}
	return b
}

// partSize is that of the HeadersResponse, BodyResponse or TrailersResponse.
func (r *Reply) partSize() int {
	if common := r.commonSize(); common > 0 && !r.trailers() {
		return sizeOf(common)
	}
	return 0
}

func (r *Reply) appendPart(b []byte) []byte {
	common := r.commonSize()
	if common == 0 || r.trailers() {
		return b
	}
	b = appendHead(b, numCommon, common)
	if r.Replace {
		b = appendNumber(b, numStatus, continueAndReplace)
	}
	if mutation := r.mutationSize(); mutation > 0 {
		b = r.appendMutation(appendHead(b, numHeaderMutation, mutation))
	}
	if r.BodyChanged {
		b = r.appendBody(appendHead(b, numBodyMutation, r.bodySize()))
	}
	if r.ClearRouteCache {
		b = appendNumber(b, numClearRoute, 1)
	}
	return b
}

// trailers are passed on as they are.
func (r *Reply) trailers() bool { return r.Phase == RequestTrailers || r.Phase == ResponseTrailers }

func (r *Reply) commonSize() int {
	size := 0
	if r.Replace {
		size += numberSize
	}
	if mutation := r.mutationSize(); mutation > 0 {
		size += sizeOf(mutation)
	}
	if r.BodyChanged {
		size += sizeOf(r.bodySize())
	}
	if r.ClearRouteCache {
		size += numberSize
	}
	return size
}

func (r *Reply) mutationSize() int {
	size := 0
	for i := range r.Set {
		size += sizeOf(r.Set[i].size())
	}
	for _, name := range r.Remove {
		size += sizeOf(len(name))
	}
	return size
}

func (r *Reply) appendMutation(b []byte) []byte {
	for i := range r.Set {
		b = r.Set[i].appendTo(appendHead(b, numSetHeaders, r.Set[i].size()))
	}
	for _, name := range r.Remove {
		b = append(appendHead(b, numRemoveHeaders, len(name)), name...)
	}
	return b
}

// bodySize is that of the BodyMutation: the bytes, or that there are none.
func (r *Reply) bodySize() int {
	if len(r.Body) == 0 {
		return numberSize
	}
	return sizeOf(len(r.Body))
}

func (r *Reply) appendBody(b []byte) []byte {
	if len(r.Body) == 0 {
		return appendNumber(b, numMutationClear, 1)
	}
	return append(appendHead(b, numMutationBody, len(r.Body)), r.Body...)
}

func (r *Reply) immediateSize() int {
	size := sizeOf(statusSize(r.Immediate.Status))
	if mutation := r.mutationSize(); mutation > 0 {
		size += sizeOf(mutation)
	}
	if len(r.Body) > 0 {
		size += sizeOf(len(r.Body))
	}
	if r.Immediate.Details != "" {
		size += sizeOf(len(r.Immediate.Details))
	}
	return size
}

func (r *Reply) appendImmediate(b []byte) []byte {
	b = appendHead(b, numImmediateStatus, statusSize(r.Immediate.Status))
	b = protowire.AppendTag(b, numStatus, protowire.VarintType)
	b = protowire.AppendVarint(b, uint64(r.Immediate.Status))
	if mutation := r.mutationSize(); mutation > 0 {
		b = r.appendMutation(appendHead(b, numImmediateHeaders, mutation))
	}
	if len(r.Body) > 0 {
		b = append(appendHead(b, numImmediateBody, len(r.Body)), r.Body...)
	}
	if r.Immediate.Details != "" {
		b = append(appendHead(b, numImmediateDetails, len(r.Immediate.Details)), r.Immediate.Details...)
	}
	return b
}

// statusSize is that of an HttpStatus.
func statusSize(status int) int { return 1 + protowire.SizeVarint(uint64(status)) }

func (l *Line) size() int {
	size := sizeOf(l.valueSize())
	if l.Append {
		size += sizeOf(numberSize)
	}
	return size
}

// valueSize is that of the HeaderValue.
func (l *Line) valueSize() int {
	size := 0
	if l.Name != "" {
		size += sizeOf(len(l.Name))
	}
	if l.Value != "" {
		size += sizeOf(len(l.Value))
	}
	return size
}

// appendTo writes the value as raw_value, the only one that Envoy reads, and append, not
// append_action, for the same reason.
func (l *Line) appendTo(b []byte) []byte {
	b = appendHead(b, numHeader, l.valueSize())
	if l.Name != "" {
		b = append(appendHead(b, numKey, len(l.Name)), l.Name...)
	}
	if l.Value != "" {
		b = append(appendHead(b, numRawValue, len(l.Value)), l.Value...)
	}
	if l.Append {
		b = appendNumber(appendHead(b, numAppend, numberSize), 1, 1)
	}
	return b
}

func (m Mode) size() int {
	size := 0
	for _, on := range [...]bool{m.ResponseHeaders, m.RequestBody, m.ResponseBody} {
		if on {
			size += numberSize
		}
	}
	return size
}

func (m Mode) appendTo(b []byte) []byte {
	if m.ResponseHeaders {
		b = appendNumber(b, numResponseHeaderMode, modeSend)
	}
	how := byte(modeBuffered)
	if m.Partial {
		how = modePartial
	}
	if m.RequestBody {
		b = appendNumber(b, numRequestBodyMode, how)
	}
	if m.ResponseBody {
		b = appendNumber(b, numResponseBodyMode, how)
	}
	return b
}

// numberSize is that of a field below 16 with a number below 128.
const numberSize = 2

// sizeOf a field below 16 that holds n bytes.
func sizeOf(n int) int { return 1 + protowire.SizeVarint(uint64(n)) + n }

func appendHead(b []byte, num protowire.Number, n int) []byte {
	return protowire.AppendVarint(append(b, byte(num)<<3|byte(protowire.BytesType)), uint64(n))
}

func appendNumber(b []byte, num protowire.Number, n byte) []byte {
	return append(b, byte(num)<<3|byte(protowire.VarintType), n)
}
