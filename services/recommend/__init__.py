"""职位推荐: which published posts fit a graduate best, and the index that knows."""
