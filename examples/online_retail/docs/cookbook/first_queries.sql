-- question: What did the shop sell, and what came back? (products only, pounds)
select
    strftime(business_date, '%Y') as year,
    count(distinct invoice_no) filter (not is_cancellation) as invoices,
    sum(amount) filter (not is_cancellation) as sold,
    sum(amount) filter (is_cancellation) as cancelled
from marts.fct_sales_lines
where is_product
group by all
order by all;

-- question: Which lines are no products, and what do they add up to?
select
    product_code,
    count(*) as lines,
    sum(amount) as amount
from marts.fct_sales_lines
where not is_product
group by all
order by abs(sum(amount)) desc
limit 5;

-- question: On which weekdays is the shop closed? (days of the two years)
select
    dayname(day) as weekday,
    count(*) filter (trade.business_date is not null) as days_with_trade,
    count(*) filter (trade.business_date is null) as days_without
from generate_series(timestamp '2009-12-01', timestamp '2011-12-09', interval 1 day) as days (day)
left join (select distinct business_date from marts.fct_sales_lines) as trade on days.day = trade.business_date
group by dayname(day), isodow(day)
order by isodow(day);
