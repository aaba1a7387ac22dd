"""简历: what graduates write, how complete it is, the PDF, and the list of 毕业生简历维护情况."""
