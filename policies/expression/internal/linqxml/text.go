package linqxml

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// A TextNode is an *XText or an *XCData, which in C# is an XText too.
type TextNode interface {
	Node
	// Value is the text.
	Value() string
	// SetValue changes the text.
	SetValue(string)

	isText()
}

// An XText is text.
type XText struct {
	node
	value string
}

// NewText makes a text.
func NewText(s string) *XText { return &XText{value: s} }

// NodeType is Text.
func (t *XText) NodeType() NodeType { return TextNodeType }

// TypeName is the full name of the class.
func (t *XText) TypeName() string { return "System.Xml.Linq.XText" }

// ToString is the text with escapes.
func (t *XText) ToString() string { return text(t) }

// Value is the text.
func (t *XText) Value() string { return t.value }

// SetValue changes the text.
func (t *XText) SetValue(s string) { t.value = s }

func (t *XText) isText()  {}
func (t *XCData) isText() {}

func (t *XText) clone(b *clr.Budget) (Node, error) { return &XText{value: t.value}, b.Take(nodeBytes) }

// An XCData is text that is written as a CDATA section.
type XCData struct {
	node
	value string
}

// NewCData makes a CDATA section.
func NewCData(s string) *XCData { return &XCData{value: s} }

// NodeType is CDATA.
func (t *XCData) NodeType() NodeType { return CDATANode }

// TypeName is the full name of the class.
func (t *XCData) TypeName() string { return "System.Xml.Linq.XCData" }

// ToString is the section as it is written.
func (t *XCData) ToString() string { return text(t) }

// Value is the text.
func (t *XCData) Value() string { return t.value }

// SetValue changes the text.
func (t *XCData) SetValue(s string) { t.value = s }

func (t *XCData) clone(b *clr.Budget) (Node, error) {
	return &XCData{value: t.value}, b.Take(nodeBytes)
}

// An XComment is a comment.
type XComment struct {
	node
	value string
}

// NewComment makes a comment.
func NewComment(s string) *XComment { return &XComment{value: s} }

// NodeType is Comment.
func (c *XComment) NodeType() NodeType { return CommentNode }

// TypeName is the full name of the class.
func (c *XComment) TypeName() string { return "System.Xml.Linq.XComment" }

// ToString is the comment as it is written.
func (c *XComment) ToString() string { return text(c) }

// Value is the text of the comment.
func (c *XComment) Value() string { return c.value }

// SetValue changes the text.
func (c *XComment) SetValue(s string) { c.value = s }

func (c *XComment) clone(b *clr.Budget) (Node, error) {
	return &XComment{value: c.value}, b.Take(nodeBytes)
}

// An XProcessingInstruction is a processing instruction.
type XProcessingInstruction struct {
	node
	target, data string
}

// NewProcessingInstruction makes a processing instruction.
func NewProcessingInstruction(target, data string) (*XProcessingInstruction, error) {
	if err := checkNCName(target); err != nil {
		return nil, err
	}
	if isXML(target) {
		return nil, clr.ClassArgument.Throwf("'%s' is an invalid name for a processing instruction.", target)
	}
	return &XProcessingInstruction{target: target, data: data}, nil
}

// NodeType is ProcessingInstruction.
func (p *XProcessingInstruction) NodeType() NodeType { return ProcessingInstructionNode }

// TypeName is the full name of the class.
func (p *XProcessingInstruction) TypeName() string { return "System.Xml.Linq.XProcessingInstruction" }

// ToString is the instruction as it is written.
func (p *XProcessingInstruction) ToString() string { return text(p) }

// Target is the name of what the instruction is for.
func (p *XProcessingInstruction) Target() string { return p.target }

// Data is the instruction.
func (p *XProcessingInstruction) Data() string { return p.data }

// SetTarget changes the name of what the instruction is for.
func (p *XProcessingInstruction) SetTarget(target string) error {
	other, err := NewProcessingInstruction(target, p.data)
	if err == nil {
		p.target = other.target
	}
	return err
}

// SetData changes the instruction.
func (p *XProcessingInstruction) SetData(s string) { p.data = s }

func (p *XProcessingInstruction) clone(b *clr.Budget) (Node, error) {
	return &XProcessingInstruction{target: p.target, data: p.data}, b.Take(nodeBytes)
}
